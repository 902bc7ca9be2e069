import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lchownSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OutputEntry, StageEntry } from "../../../src/pipeline/stage/entry.ts";
import { collectOutputs, type Output } from "../../../src/pipeline/stage/outputs.ts";
import { rootEntry } from "../../support/busybox.ts";
import { epoch, stageOf } from "../../support/sandbox.ts";

const text = (content: string) => ({ content: Buffer.from(content) });
const isRoot = process.getuid?.() === 0;

/** Collects from a root after `change` has been made in it, as a step would. */
async function collect(
  entries: readonly StageEntry[],
  change: (at: (path: string) => string) => void,
  outputs: readonly Output[],
): Promise<readonly OutputEntry[]> {
  const stage = await stageOf(entries);
  change((path) => join(stage.directory, path));
  const collected = await collectOutputs(stage, outputs, { definition: "image/x.yaml", build: "lib", epoch });
  for (const entry of collected) {
    const chunks = await Array.fromAsync(entry.content);
    if (entry.type === "file") expect(Buffer.concat(chunks).length).toBe(entry.size);
    else expect(chunks).toEqual([]);
  }
  return collected;
}

const brief = (entries: readonly OutputEntry[]) =>
  entries.map(({ path, type, mode, uid, gid, linkPath }) =>
    [path, type, mode.toString(8), `${uid}:${gid}`, linkPath].join(" ").trim(),
  );

describe("collectOutputs", () => {
  it("puts a folder's content at its target, a file there, and matches below it", async () => {
    const entries = [
      rootEntry("out/lib/a", text("a")),
      rootEntry("out/b", text("bb")),
      rootEntry("out/c.so"),
      rootEntry("out/d.so"),
    ];
    const outputs = [
      { source: "/out/lib", target: "/usr/lib" },
      { source: "/out/b", target: "/opt/renamed" },
      { source: "/out/b", target: "/opt/" },
      { source: "/out/*.so", target: "/usr/local/lib" },
    ];
    expect(brief(await collect(entries, () => {}, outputs))).toEqual([
      ...["opt/b file 644 0:0", "opt/renamed file 644 0:0", "usr/lib directory 755 0:0", "usr/lib/a file 644 0:0"],
      ...["usr/local/lib/c.so file 644 0:0", "usr/local/lib/d.so file 644 0:0"],
    ]);
  });

  it("copies symlinks as they are and follows those on the way inside the root", async () => {
    const entries = [
      ...[rootEntry("usr/lib/x", text("x")), rootEntry("lib", { type: "symlink", linkPath: "/usr/lib" })],
      ...[
        rootEntry("etc", { type: "symlink", linkPath: "../../../etc" }),
        rootEntry("o/up", { type: "symlink", linkPath: "../../etc/passwd" }),
      ],
    ];
    expect(brief(await collect(entries, () => {}, [{ source: "/lib/x", target: "/x" }]))).toEqual(["x file 644 0:0"]);
    expect(brief(await collect(entries, () => {}, [{ source: "/o", target: "/p" }]))).toEqual([
      ...["p directory 755 0:0", "p/up symlink 777 0:0 ../../etc/passwd"],
    ]);
    expect(brief(await collect(entries, () => {}, [{ source: "/lib", target: "/q" }]))).toEqual([
      "q symlink 777 0:0 /usr/lib",
    ]);
    expect(brief(await collect(entries, () => {}, [{ source: "/lib/", target: "/q" }]))).toHaveLength(2);
    await expect(collect(entries, () => {}, [{ source: "/etc/passwd", target: "/x" }])).rejects.toMatchObject({
      code: "PIPELINE_PATH_INVALID",
    });
  });

  it("keeps owners with diff and gives files to root without; a number other than 0 counts always", async () => {
    const entries = [rootEntry("o/f", { ...text("x"), uid: 70, gid: 71, mode: 0o4755 })];
    const change = (at: (path: string) => string) => chmodSync(at("o/f"), 0o755);
    const one = async (output: Partial<Output>) =>
      brief(await collect(entries, change, [{ source: "/o/f", target: "/f", ...output }]));
    expect(await one({})).toEqual(["f file 755 0:0"]);
    expect(await one({ uid: 0, gid: 0 })).toEqual(["f file 755 0:0"]);
    expect(await one({ uid: 0, gid: 0, diff: true })).toEqual(["f file 755 70:71"]);
    expect(await one({ uid: 65_532, gid: 0, diff: true })).toEqual(["f file 755 65532:71"]);
    expect(await one({ uid: 65_532, gid: 0, mode: 0o600 })).toEqual(["f file 600 65532:0"]);
    expect(brief(await collect(entries, change, [{ source: "/o", target: "/o", mode: 0o600 }]))).toEqual([
      ...["o directory 755 0:0", "o/f file 600 0:0"],
    ]);
  });

  it("has of a diff only what has changed, and whiteouts for what is gone", async () => {
    const entries = [
      ...["same", "content", "mode", "touched", "gone", "dir/a", "dir/b", "moved"].map((name) =>
        rootEntry(`etc/${name}`, text(name)),
      ),
      ...[rootEntry("etc/link", { type: "symlink", linkPath: "a" }), rootEntry("tmp/gone"), rootEntry("usr/x/y")],
    ];
    const change = (at: (path: string) => string) => {
      writeFileSync(at("etc/content"), "CONTENT");
      chmodSync(at("etc/mode"), 0o600);
      utimesSync(at("etc/touched"), 1, 1);
      for (const path of ["etc/gone", "etc/dir", "etc/link", "tmp/gone"]) rmSync(at(path), { recursive: true });
      symlinkSync("b", at("etc/link"));
      renameSync(at("etc/moved"), at("etc/name"));
      rmSync(at("usr/x"), { recursive: true });
      writeFileSync(at("usr/x"), "now a file");
      mkdirSync(at("new"));
      for (const name of ["proc", "sys", "dev"]) mkdirSync(at(name));
      for (const name of ["tmp/left", "dev/left", "proc/left", "sys/left"]) writeFileSync(at(name), "");
    };
    expect(brief(await collect(entries, change, [{ source: "/", target: "/", diff: true }]))).toEqual([
      ...[
        "etc/content file 644 0:0",
        "etc/dir whiteout 0 0:0",
        "etc/gone whiteout 0 0:0",
        "etc/link symlink 777 0:0 b",
      ],
      ...["etc/mode file 600 0:0", "etc/moved whiteout 0 0:0", "etc/name file 644 0:0", "new directory 755 0:0"],
      "usr/x file 644 0:0",
    ]);
    expect(brief(await collect(entries, change, [{ source: "/etc/gone", target: "/a/gone", diff: true }]))).toEqual([
      "a/gone whiteout 0 0:0",
    ]);
    expect(brief(await collect(entries, change, [{ source: "/tmp/left", target: "/left" }]))).toEqual([
      "left file 644 0:0",
    ]);
  });

  it.runIf(isRoot)("has of a diff what changed its owner (skipped for other users)", async () => {
    const entries = [rootEntry("var/cache/nginx", { type: "directory" }), rootEntry("var/other")];
    const change = (at: (path: string) => string) => lchownSync(at("var/cache/nginx"), 65_532, 65_532);
    expect(brief(await collect(entries, change, [{ source: "/", target: "/", uid: 0, gid: 0, diff: true }]))).toEqual([
      "var/cache/nginx directory 755 65532:65532",
    ]);
  });

  it("dates nothing later than the epoch, and what was there before as it was", async () => {
    const entries = [
      rootEntry("o/later", { ...text("x"), mtime: epoch + 500 }),
      rootEntry("o/changed", { mtime: epoch + 500 }),
    ];
    const change = (at: (path: string) => string) => {
      utimesSync(at("o/later"), epoch + 999, epoch + 999);
      writeFileSync(at("o/changed"), "changed");
      writeFileSync(at("o/new"), "new");
      writeFileSync(at("o/unpacked"), "old");
      utimesSync(at("o/unpacked"), 1000, 1000);
    };
    const collected = await collect(entries, change, [{ source: "/o", target: "/o" }]);
    expect(collected.map(({ path, mtime }) => [path, mtime])).toEqual([
      ...[
        ["o", 0],
        ["o/changed", epoch],
        ["o/later", epoch + 500],
        ["o/new", epoch],
        ["o/unpacked", 1000],
      ],
    ]);
  });

  it("gives a file of two names once, also when the second sorts first", async () => {
    const change = (at: (path: string) => string) => {
      writeFileSync(at("o/b"), "content");
      linkSync(at("o/b"), at("o/a"));
      mkdirSync(at("o/a.d"));
      linkSync(at("o/b"), at("o/a.d/c"));
    };
    const collected = await collect([rootEntry("o", { type: "directory" })], change, [{ source: "/o", target: "/p" }]);
    expect(brief(collected)).toEqual([
      ...[
        "p directory 755 0:0",
        "p/a file 644 0:0",
        "p/a.d directory 755 0:0",
        "p/a.d/c link 644 0:0 p/a",
        "p/b link 644 0:0 p/a",
      ],
    ]);
    expect(new Set(collected.filter((entry) => entry.sha256 !== "").map((entry) => entry.sha256)).size).toBe(1);
  });

  it("refuses what matches nothing, naming build and output", async () => {
    for (const source of ["/absent", "/absent/*", "/o/*.so"]) {
      await expect(collect([rootEntry("o/x")], () => {}, [{ source, target: "/" }])).rejects.toMatchObject({
        code: "PIPELINE_OUTPUT_EMPTY",
        message: `build "lib" in image/x.yaml has no ${source}, which is to be an output`,
      });
    }
  });

  it("refuses FIFOs and names that are no UTF-8, and lets them be outside the outputs", async () => {
    const change = (name: Buffer | string) => (at: (path: string) => string) =>
      typeof name === "string"
        ? spawnSync("mkfifo", [at(`o/${name}`)])
        : writeFileSync(Buffer.concat([Buffer.from(at("o/")), name]), "");
    for (const name of ["fifo", Buffer.from([0xff])]) {
      const entries = [rootEntry("o/a"), rootEntry("p/a")];
      await expect(collect(entries, change(name), [{ source: "/o", target: "/o" }])).rejects.toMatchObject({
        code: "PIPELINE_OUTPUT_REFUSED",
        message: expect.stringContaining('in the output /o of build "lib"'),
      });
      expect(await collect(entries, change(name), [{ source: "/p", target: "/p" }])).toHaveLength(2);
    }
  });

  it("loses no name that is no UTF-8 where its outputs are patterns", async () => {
    const bad = (make: (path: Buffer) => void) => (at: (path: string) => string) =>
      make(Buffer.concat([Buffer.from(at("o/bad")), Buffer.from([0xff])]));
    const file = bad((path) => writeFileSync(path, ""));
    const folder = bad((path) => mkdirSync(path));
    for (const [make, source, code] of [
      [file, "/o/*", "PIPELINE_OUTPUT_REFUSED"],
      [folder, "/o/**/a", "PIPELINE_PATH_INVALID"],
      [file, "/o/[z-a]", "PIPELINE_PATH_INVALID"],
    ] as const) {
      await expect(collect([rootEntry("o/a")], make, [{ source, target: "/o" }])).rejects.toMatchObject({ code });
    }
    expect(await collect([rootEntry("o/a")], file, [{ source: "/o/a*", target: "/o" }])).toHaveLength(1);
  });

  it("refuses two outputs that want one path to be two things, not two that agree", async () => {
    const entries = [
      rootEntry("a/x", text("1")),
      rootEntry("b/x", text("1")),
      rootEntry("c/x", text("2")),
      rootEntry("d"),
    ];
    const both = async (...sources: readonly string[]) =>
      await collect(
        entries,
        () => {},
        sources.map((source) => ({ source, target: source === "/d" ? "/t/x/y" : "/t" })),
      );
    expect(brief(await both("/a", "/b"))).toEqual(["t directory 755 0:0", "t/x file 644 0:0"]);
    await expect(both("/a", "/c")).rejects.toMatchObject({
      code: "PIPELINE_OUTPUT_CONFLICT",
      message: 'the outputs /a and /c of build "lib" in image/x.yaml put different things at /t/x',
    });
    await expect(both("/a", "/d")).rejects.toMatchObject({ code: "PIPELINE_OUTPUT_CONFLICT" });
  });

  it("stops at its limits", async () => {
    const stage = await stageOf([rootEntry("o/a", text("12345")), rootEntry("o/b", text("12345"))]);
    const outputs = [{ source: "/o", target: "/o" }];
    for (const limits of [
      { entries: 2, bytes: 100 },
      { entries: 100, bytes: 9 },
    ]) {
      await expect(
        collectOutputs(stage, outputs, { definition: "image/x.yaml", build: "lib", epoch, limits }),
      ).rejects.toMatchObject({ code: "PIPELINE_OUTPUT_TOO_LARGE" });
    }
  });
});
