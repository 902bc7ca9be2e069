import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createStage } from "../../../src/pipeline/stage/root.ts";
import { rootEntry } from "../../support/busybox.ts";
import { stageOf } from "../../support/sandbox.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const text = (content: string) => ({ content: Buffer.from(content) });
const isRoot = process.getuid?.() === 0;

describe("createStage", () => {
  it("writes files, folders and links with their modes and times, and says what they were", async () => {
    const stage = await stageOf([
      rootEntry("usr", { type: "directory", mode: 0o750 }),
      rootEntry("usr/bin/tool", { ...text("tool"), mode: 0o4755, mtime: 1000 }),
      rootEntry("usr/bin/alias", { type: "link", linkPath: "usr/bin/tool" }),
      rootEntry("usr/bin/link", { type: "symlink", linkPath: "../../anywhere" }),
    ]);
    const at = (path: string) => join(stage.directory, path);
    expect(lstatSync(at("usr")).mode & 0o7777).toBe(0o750);
    expect(lstatSync(at("usr/bin/tool"))).toMatchObject({ nlink: 2, mtimeMs: 1_000_000 });
    expect(lstatSync(at("usr/bin/tool")).mode & 0o7777).toBe(0o4755);
    expect(readlinkSync(at("usr/bin/link"))).toBe("../../anywhere");
    expect([...stage.baseline.keys()].sort()).toEqual([
      ...["usr", "usr/bin", "usr/bin/alias", "usr/bin/link", "usr/bin/tool"],
    ]);
    const sha256 = createHash("sha256").update("tool").digest("hex");
    expect(stage.baseline.get("usr/bin/tool")).toEqual({
      ...{ type: "file", mode: 0o4755, uid: 0, gid: 0, mtime: 1000, size: 4, sha256, linkPath: "" },
    });
    expect(stage.baseline.get("usr/bin/alias")).toEqual(stage.baseline.get("usr/bin/tool"));
    expect(stage.baseline.get("usr/bin/link")).toMatchObject({ type: "symlink", linkPath: "../../anywhere" });
    for (const path of stage.baseline.keys()) {
      expect([path, stage.untouched(path, lstatSync(at(path), { bigint: true }))]).toEqual([path, true]);
    }
  });

  it("takes content as a stream, and closes the folder around the root to others", async () => {
    const content = (async function* () {
      yield Buffer.from("one ");
      yield Buffer.from("two");
    })();
    const stage = await stageOf([rootEntry("a", { content })]);
    expect(readFileSync(join(stage.directory, "a"), "utf8")).toBe("one two");
    expect(lstatSync(join(stage.directory, "..")).mode & 0o777).toBe(0o700);
  });

  it.runIf(isRoot)("gives files to their owners where it runs as root (skipped for other users)", async () => {
    const stage = await stageOf([rootEntry("a", { uid: 70, gid: 71, mode: 0o6755 })]);
    expect(lstatSync(join(stage.directory, "a"))).toMatchObject({ uid: 70, gid: 71 });
    expect(lstatSync(join(stage.directory, "a")).mode & 0o7777).toBe(0o6755);
  });

  it("lets later entries replace earlier ones of any type", async () => {
    const stage = await stageOf([
      ...[
        rootEntry("a/b/c", text("old")),
        rootEntry("file", text("old")),
        rootEntry("link", { type: "symlink", linkPath: "a" }),
      ],
      ...[
        rootEntry("a/b", text("now a file")),
        rootEntry("file", { type: "directory" }),
        rootEntry("file/x", text("new")),
      ],
      ...[rootEntry("link", { type: "directory" }), rootEntry("link/y", text("y"))],
    ]);
    expect(readFileSync(join(stage.directory, "a/b"), "utf8")).toBe("now a file");
    expect(readFileSync(join(stage.directory, "file/x"), "utf8")).toBe("new");
    expect(lstatSync(join(stage.directory, "link")).isDirectory()).toBe(true);
    expect([...stage.baseline.keys()].sort()).toEqual(["a", "a/b", "file", "file/x", "link", "link/y"]);
  });

  it("writes where a symlink leads inside the root, never where it leads outside", async () => {
    const outside = await temporaryFolder();
    const stage = await stageOf([
      ...[rootEntry("usr/lib", { type: "directory" }), rootEntry("lib", { type: "symlink", linkPath: "usr/lib" })],
      ...[
        rootEntry("abs", { type: "symlink", linkPath: outside }),
        rootEntry("up", { type: "symlink", linkPath: "../../../../elsewhere" }),
      ],
      ...[rootEntry("lib/x.so", text("x")), rootEntry("abs/y", text("y")), rootEntry("up/z", text("z"))],
    ]);
    expect(readFileSync(join(stage.directory, "usr/lib/x.so"), "utf8")).toBe("x");
    expect(readFileSync(join(stage.directory, outside, "y"), "utf8")).toBe("y");
    expect(readFileSync(join(stage.directory, "elsewhere/z"), "utf8")).toBe("z");
    expect(readdirSync(outside)).toEqual([]);
    expect(stage.baseline.has("usr/lib/x.so")).toBe(true);
    expect(stage.baseline.has("lib/x.so")).toBe(false);
  });

  it.each([
    ["../x", {}],
    ["/x", {}],
    ["a//b", {}],
    ["file/x", {}],
    ["loop/x", {}],
    ["link", { type: "link", linkPath: "../../etc/passwd" }],
    ["link", { type: "link", linkPath: "absent" }],
  ] as const)("refuses %s %o and leaves nothing behind", async (path, attributes) => {
    const parent = await temporaryFolder();
    const entries = [
      rootEntry("file"),
      rootEntry("loop", { type: "symlink", linkPath: "loop" }),
      rootEntry(path, attributes),
    ];
    await expect(createStage(entries, { parent, uid: process.getuid?.() ?? 0 })).rejects.toMatchObject({
      code: "PIPELINE_PATH_INVALID",
    });
    expect(readdirSync(parent)).toEqual([]);
  });

  it("stops at its limits and when it is interrupted, and leaves nothing behind", async () => {
    const parent = await temporaryFolder();
    const uid = process.getuid?.() ?? 0;
    const entries = [rootEntry("a", text("12345")), rootEntry("b", text("12345"))];
    for (const limits of [
      { bytes: 9, entries: 10 },
      { bytes: 100, entries: 1 },
    ]) {
      await expect(createStage(entries, { parent, uid, limits })).rejects.toMatchObject({
        code: "PIPELINE_STAGE_TOO_LARGE",
      });
    }
    const controller = new AbortController();
    const interrupted = (async function* () {
      yield rootEntry("a", text("1"));
      controller.abort(new Error("enough"));
      yield rootEntry("b", text("1"));
    })();
    await expect(createStage(interrupted, { parent, uid, signal: controller.signal })).rejects.toThrow("enough");
    expect(readdirSync(parent)).toEqual([]);
  });

  it("removes roots that were left behind days ago, and no others", async () => {
    const parent = await temporaryFolder();
    for (const name of ["build-old", "build-new", "other"]) mkdirSync(join(parent, name, "root"), { recursive: true });
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    for (const name of ["build-old", "other"]) utimesSync(join(parent, name), days(3), days(3));
    const stage = await createStage([], { parent, uid: process.getuid?.() ?? 0, abandonedBefore: days(2) });
    await stage.remove();
    expect(readdirSync(parent).toSorted()).toEqual(["build-new", "other"]);
  });

  it("removes even what no path can name", async () => {
    const parent = await temporaryFolder();
    const stage = await createStage([], { parent, uid: process.getuid?.() ?? 0 });
    const before = process.cwd();
    process.chdir(stage.directory);
    try {
      for (let depth = 0; depth < 100; depth++) {
        mkdirSync("d".repeat(100), { mode: 0o700 });
        process.chdir("d".repeat(100));
      }
    } finally {
      process.chdir(before);
    }
    await stage.remove();
    await stage.remove();
    expect(existsSync(stage.directory)).toBe(false);
    expect(readdirSync(parent)).toEqual([]);
  });
});
