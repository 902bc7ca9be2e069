import { describe, expect, it } from "vitest";
import type { DefinitionPath } from "../../../src/definition/schema.ts";
import type { ImageFile } from "../../../src/facts/model.ts";
import { applyPaths, type SourceFile } from "../../../src/image/definition/paths.ts";
import { fileEntry } from "../../../src/image/layer/entry.ts";
import { refusal } from "../../support/refusal.ts";

const file = (path: string, more: Partial<ImageFile> = {}): [string, ImageFile] => [
  path,
  { path, type: "file", mode: 0o644, uid: 0, gid: 0, size: 1, linkPath: "", layer: 0, ...more },
];

const below = new Map([
  file("opt", { type: "directory", mode: 0o755 }),
  file("opt/tool", { type: "directory", mode: 0o755 }),
  file("opt/tool/run", { mode: 0o755 }),
  file("opt/tool/data"),
  file("opt/tool/link", { type: "symlink", linkPath: "data" }),
  file("var/run", { type: "symlink", linkPath: "/run" }),
]);

const folder: readonly SourceFile[] = [
  { path: "", type: "directory", executable: true, linkPath: "", content: new Uint8Array(0) },
  { path: "start.sh", type: "file", executable: true, linkPath: "", content: new TextEncoder().encode("#!/bin/sh\n") },
  { path: "readme", type: "file", executable: false, linkPath: "", content: new TextEncoder().encode("read me") },
];

const sources = new Map<string, readonly SourceFile[]>([
  ["image/x/files", folder],
  ["image/x/readme", folder.filter(({ path }) => path === "readme").map((item) => ({ ...item, path: "" }))],
  ["image/x/link", [{ path: "", type: "symlink", executable: true, linkPath: "readme", content: new Uint8Array(0) }]],
  ["image/x/markers", folder.map((item) => (item.path === "readme" ? { ...item, path: ".wh.passwd" } : item))],
]);

async function applied(paths: readonly DefinitionPath[]) {
  const entries = await applyPaths(
    paths,
    { entries: [fileEntry("etc/passwd", "root")], below },
    {
      readSource: async (source) => sources.get(source) ?? [],
      readContents: async (wanted) => new Map(wanted.map((path) => [path, new TextEncoder().encode(`of ${path}`)])),
    },
  );
  const shown = entries
    .filter((entry) => entry.path !== "etc/passwd")
    .map(({ path, type, mode, uid, gid, linkPath, content }) => {
      const text = type === "symlink" ? `-> ${linkPath}` : new TextDecoder().decode(content);
      return `${type} ${path} ${mode.toString(8)} ${uid}:${gid} ${text}`.trim();
    });
  return shown.toSorted();
}

describe("paths of a definition", () => {
  it("make files, folders and links with owner and mode", async () => {
    expect(
      await applied([
        { type: "directory", path: "/app", uid: 1000, gid: 1000, mode: "0750" },
        { type: "file", path: "/app/start", content: "go", mode: "755" },
        { type: "emptyfile", path: "/app/marker", uid: 5 },
        { type: "symlink", path: "/app/latest", source: "start" },
      ]),
    ).toEqual([
      "directory app 750 1000:1000",
      "file app/marker 644 5:0",
      "file app/start 755 0:0 go",
      "symlink app/latest 777 0:0 -> start",
    ]);
  });

  it("land where links of lower layers lead, and under a merged /usr", async () => {
    expect(
      await applied([
        { type: "emptyfile", path: "/var/run/pid" },
        { type: "symlink", path: "/bin/sh", source: "dash" },
      ]),
    ).toEqual(["file run/pid 644 0:0", "symlink usr/bin/sh 777 0:0 -> dash"]);
  });

  it("take away what lower layers have, and what an earlier one has made", async () => {
    const made = { type: "emptyfile", path: "/app/x" } as const;
    expect(await applied([{ type: "delete", path: "/opt/tool" }])).toEqual(["file opt/.wh.tool 644 0:0"]);
    expect(await applied([made, { type: "delete", path: "/app/x" }])).toEqual([]);
    expect(await applied([{ type: "delete", path: "/nowhere" }])).toEqual([]);
  });

  it("hide what was in a folder that is deleted and made again", async () => {
    expect(
      await applied([
        { type: "delete", path: "/opt/tool" },
        { type: "directory", path: "/opt/tool" },
        { type: "emptyfile", path: "/opt/tool/new" },
      ]),
    ).toEqual(["directory opt/tool 755 0:0", "file opt/tool/.wh..wh..opq 644 0:0", "file opt/tool/new 644 0:0"]);
  });

  it("bring files and folders of the catalogue, executable files as such", async () => {
    expect(await applied([{ type: "file", path: "/a", source: "image/x/readme" }])).toEqual(["file a 644 0:0 read me"]);
    expect(await applied([{ type: "directory", path: "/srv/x", source: "image/x/files", uid: 7, gid: 8 }])).toEqual([
      "directory srv/x 755 7:8",
      "file srv/x/readme 644 7:8 read me",
      "file srv/x/start.sh 755 7:8 #!/bin/sh",
    ]);
  });

  it("give a folder with all in it to an owner, contents of lower layers kept", async () => {
    expect(
      await applied([{ type: "directory", path: "/opt/tool", uid: 65532, gid: 65532, mode: "0770", recursive: true }]),
    ).toEqual([
      "directory opt/tool 770 65532:65532",
      "file opt/tool/data 660 65532:65532 of opt/tool/data",
      "file opt/tool/run 770 65532:65532 of opt/tool/run",
      "symlink opt/tool/link 777 65532:65532 -> data",
    ]);
    const inside = { type: "emptyfile", path: "/srv/a/b" } as const;
    expect(await applied([inside, { type: "directory", path: "/srv", uid: 7, gid: 8, recursive: true }])).toEqual([
      "directory srv 755 7:8",
      "directory srv/a 755 7:8",
      "file srv/a/b 644 7:8",
    ]);
  });

  it.each([
    ["0640", { folders: "750", programs: "750", others: "640" }],
    ["0604", { folders: "705", programs: "705", others: "604" }],
    ["2600", { folders: "2700", programs: "2700", others: "2600" }],
    ["0711", { folders: "711", programs: "711", others: "600" }],
    ["0744", { folders: "744", programs: "744", others: "644" }],
  ])("give the mode %s to all in a folder, with execute bits where they belong", async (mode, modes) => {
    const rows = await applied([
      { type: "directory", path: "/r", mode: "0750" },
      { type: "directory", path: "/r/s", mode: "0700" },
      { type: "file", path: "/r/x", mode: "0755" },
      { type: "file", path: "/r/s/owner", mode: "0100" },
      { type: "file", path: "/r/d" },
      { type: "directory", path: "/r", mode, recursive: true },
    ]);
    expect(rows).toEqual([
      `directory r ${modes.folders} 0:0`,
      `directory r/s ${modes.folders} 0:0`,
      `file r/d ${modes.others} 0:0`,
      `file r/s/owner ${modes.programs} 0:0`,
      `file r/x ${modes.programs} 0:0`,
    ]);
    const plain = await applied([{ type: "directory", path: "/r", mode }]);
    expect(plain).toEqual([`directory r ${Number.parseInt(mode, 8).toString(8)} 0:0`]);
  });

  it.each<readonly [string, string, readonly DefinitionPath[]]>([
    ["/a/b/c", "/a/b", [{ type: "file", path: "/a/b" }]],
    ["/opt/tool/run/c/d", "/opt/tool/run", []],
    ["/opt/tool/link/c", "/opt/tool/data", []],
    ["/l/c", "/opt/tool/run", [{ type: "symlink", path: "/l", source: "opt/tool/run" }]],
  ])("are refused where %s would lie below the file %s", async (path, above, before) => {
    for (const type of ["file", "directory"] as const) {
      const made = applied([...before, { type, path }]);
      await expect(made).rejects.toThrow(refusal("IMAGE_PATH_INVALID", `${path} lies below ${above},`));
    }
  });

  it("make a folder of a file that is deleted before", async () => {
    const inside = { type: "emptyfile", path: "/opt/tool/run/c" } as const;
    expect(await applied([{ type: "delete", path: "/opt/tool/run" }, inside])).toEqual([
      "directory opt/tool/run 755 0:0",
      "file opt/tool/run/.wh..wh..opq 644 0:0",
      "file opt/tool/run/c 644 0:0",
    ]);
    const made = [
      { type: "emptyfile", path: "/a/b" },
      { type: "delete", path: "/a/b" },
    ] as const;
    expect(await applied([...made, { type: "emptyfile", path: "/a/b/c" }])).toEqual(["file a/b/c 644 0:0"]);
    expect(await applied([{ type: "delete", path: "/opt/tool/run/c" }])).toEqual([]);
  });

  it("put a file in the place of a folder that was made for what is in it", async () => {
    const inside = { type: "emptyfile", path: "/a/b/c" } as const;
    expect(await applied([inside, { type: "emptyfile", path: "/a/b" }])).toEqual(["file a/b 644 0:0"]);
  });

  it.each<DefinitionPath>([
    { type: "file", path: "/etc/.wh.group", content: "x" },
    { type: "directory", path: "/opt/.wh.tool/x" },
    { type: "symlink", path: "/opt/.wh..wh..opq", source: "x" },
    { type: "delete", path: "/opt/.wh.tool" },
    { type: "directory", path: "/srv", source: "image/x/markers" },
  ])("are refused where a name would delete something: $type $path", async (item) => {
    const made = applied([{ type: "delete", path: "/opt/tool" }, item]);
    await expect(made).rejects.toThrow(refusal("IMAGE_PATH_INVALID", "names that begin with .wh. mean deletion"));
  });

  it.each<readonly [DefinitionPath, string, string]>([
    [{ type: "file", path: "/a", source: "image/x/files" }, "is a folder", "`type: directory`"],
    [{ type: "directory", path: "/a", source: "image/x/readme" }, "is a file", "`type: file`"],
    [{ type: "file", path: "/a", source: "image/x/link" }, "is a symbolic link", "`source: readme`"],
    [{ type: "directory", path: "/a", source: "image/x/link" }, "is a symbolic link", "`type: symlink`"],
    [{ type: "emptyfile", path: "/a", content: "abc" }, "has `content`", "`type: file`"],
    [{ type: "emptyfile", path: "/a", source: "image/x/readme" }, "has `source`", "`type: file`"],
    [{ type: "directory", path: "/a", content: "abc" }, "has `content`", "`type: file`"],
    [{ type: "delete", path: "/a", source: "image/x/readme" }, "has `source`", "leave `source` out"],
  ])("are refused where type and content do not go together: %j", async (item, message, hint) => {
    await expect(applied([item])).rejects.toMatchObject({
      code: "IMAGE_PATH_INVALID",
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it("are refused where they lead out of the image", async () => {
    await expect(applied([{ type: "emptyfile", path: "/a/../b" }])).rejects.toMatchObject({
      code: "IMAGE_PATH_INVALID",
    });
  });
});
