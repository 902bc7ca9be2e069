import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { xz } from "@napi-rs/lzma";
import { describe, expect, it } from "vitest";
import { type TarWriteEntry, tarEnd, tarHeader } from "../../../src/archive/tar-write.ts";
import { type Cache, openCache } from "../../../src/cache/cache.ts";
import { type FileInput, fileFragment } from "../../../src/image/input/file-fragment.ts";
import { createPackings, loadFragment } from "../../../src/image/layer/fragment.ts";
import { archiveOf, extension, fileBytes, paxRecord, rawBlock } from "../../archive/examples.ts";
import { makeZip } from "../../archive/zip/make-zip.ts";
import { mutate, readsOrRefuses, seeded } from "../../fuzz/mutate.ts";
import { has } from "../../support/program.ts";
import { refusal } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { shownFragment } from "./shown.ts";

const packedAt = 1_700_000_000;
const node = (entry: Partial<TarWriteEntry> & Pick<TarWriteEntry, "path" | "type">) =>
  tarHeader({ mode: 0o755, mtime: packedAt, ...entry });

/** A source tree as a maker packs it: owned by the maker, in one folder, with links. */
const tar = archiveOf(
  node({ path: "x-1", type: "directory", uid: 1000, gid: 1000 }),
  fileBytes({ path: "x-1/readme", mtime: packedAt, uid: 1000, gid: 1000 }, "read me"),
  fileBytes({ path: "x-1/bin/run", mtime: packedAt, mode: 0o4755 }, "#!"),
  node({ path: "x-1/bin/also", type: "link", linkPath: "x-1/bin/run" }),
  node({ path: "x-1/current", type: "symlink", linkPath: "../../elsewhere" }),
  node({ path: "x-1/empty", type: "directory", mode: 0o2775 }),
  fileBytes({ path: "x-1/none", mtime: packedAt }),
);

const whole = {
  "src/x": "directory 0755 0:0 1970-01-01",
  "src/x/x-1": "directory 0755 0:0 2023-11-14",
  "src/x/x-1/bin/also": "file 0755 0:0 2023-11-14 #!",
  "src/x/x-1/bin/run": "link 0755 0:0 2023-11-14 -> src/x/x-1/bin/also",
  "src/x/x-1/current": "symlink 0777 0:0 2023-11-14 -> ../../elsewhere",
  "src/x/x-1/empty": "directory 0775 0:0 2023-11-14",
  "src/x/x-1/none": "file 0644 0:0 2023-11-14",
  "src/x/x-1/readme": "file 0644 0:0 2023-11-14 read me",
};

const emptyCache = async () => await openCache(await temporaryFolder());

async function inputOf(content: Uint8Array, cache: Cache, input: Partial<FileInput> = {}): Promise<FileInput> {
  const { sha256 } = await cache.write([content]);
  return { url: "https://h/x-1.tar.gz", sha256, path: "/src/x", mtime: 0, components: [], ...input };
}

async function shown(content: Uint8Array, input: Partial<FileInput> = {}) {
  const cache = await emptyCache();
  return await shownFragment(fileFragment(await inputOf(content, cache, input), cache), cache);
}

describe("an archive that is unpacked", () => {
  it.each<readonly [string, string, (bytes: Uint8Array) => Uint8Array]>([
    ["tar", "https://h/x.tar", (bytes) => bytes],
    ["gzip", "https://h/x.tgz", gzipSync],
    ["xz", "https://h/x.tar.xz", (bytes) => xz.compressSync(bytes)],
    ["Zstandard", "https://h/x.tar.zst", (bytes) => zstdCompressSync(bytes)],
    ["git", "git+https://h/x.git#v1", (bytes) => bytes],
  ])("gives its files below the path, as a tree of root's: %s", async (_, url, pack) => {
    expect(await shown(pack(tar), { url })).toEqual(whole);
  });

  it.skipIf(!has("bzip2"))("may be packed with bzip2 (needs bzip2)", async () => {
    const packed = execFileSync("bzip2", ["-c"], { input: tar });
    expect(await shown(packed, { url: "https://h/x.tar.bz2" })).toEqual(whole);
  });

  it("gives owner and mode as they are asked for", async () => {
    const rows = await shown(tar, { uid: 7, gid: 8, mode: 0o4700 });
    expect(rows).toMatchObject({
      "src/x": "directory 0755 7:8 1970-01-01",
      "src/x/x-1/empty": "directory 0775 7:8 2023-11-14",
      "src/x/x-1/readme": "file 4700 7:8 2023-11-14 read me",
    });
  });

  it("gives what is chosen, with the folders above it as they are packed", async () => {
    expect(await shown(tar, { path: "/", includes: ["x-1/bin", "x-1/e*"], excludes: ["**/also"] })).toEqual({
      "x-1": "directory 0755 0:0 2023-11-14",
      "x-1/bin/run": "file 0755 0:0 2023-11-14 #!",
      "x-1/empty": "directory 0775 0:0 2023-11-14",
    });
  });

  it("lands in a merged /usr and leaves the root's own links alone", async () => {
    const bytes = archiveOf(
      node({ path: "lib", type: "symlink", linkPath: "usr/lib" }),
      node({ path: "bin", type: "directory" }),
      fileBytes({ path: "bin/a" }, "A"),
      node({ path: "bin/b", type: "link", linkPath: "bin/a" }),
    );
    expect(await shown(bytes, { path: "/" })).toEqual({
      "usr/bin/a": "file 0644 0:0 1970-01-01 A",
      "usr/bin/b": "link 0644 0:0 1970-01-01 -> usr/bin/a",
    });
  });

  it("gives the last of files with the same path", async () => {
    const bytes = archiveOf(fileBytes({ path: "a" }, "old"), fileBytes({ path: "./a" }, "new"));
    expect((await shown(bytes))["src/x/a"]).toContain("new");
  });

  it("of zip form keeps permissions and links where it has them", async () => {
    const files = { "d/": "", "d/run": "#!", "d/link": "run", "d/suid": "s", plain: "p" };
    const modes = { "d/": 0o040750, "d/run": 0o100755, "d/link": 0o120777, "d/suid": 0o104755 };
    const zip = makeZip(files, { modes, timestamp: packedAt });
    expect(await shown(zip, { url: "https://h/x.zip" })).toEqual({
      "src/x": "directory 0755 0:0 1970-01-01",
      "src/x/d": "directory 0750 0:0 2023-11-14",
      "src/x/d/link": "symlink 0777 0:0 2023-11-14 -> run",
      "src/x/d/run": "file 0755 0:0 2023-11-14 #!",
      "src/x/d/suid": "file 0755 0:0 2023-11-14 s",
      "src/x/plain": "file 0644 0:0 2023-11-14 p",
    });
    const windows = await shown(makeZip({ "d\\a.txt": "a" }), { url: "https://h/x.zip" });
    expect(windows["src/x/d/a.txt"]).toBe("file 0644 0:0 1980-01-01 a");
  });
});

describe("a file that is not unpacked", () => {
  it("is written as it is, with the time and owner it is given", async () => {
    expect(await shown(tar.subarray(0, 3), { path: "/src/x.tgz", mtime: packedAt, uid: 1, gid: 2 })).toEqual({
      "src/x.tgz": "file 0644 1:2 2023-11-14 x-1",
    });
    const url = "https://h/tool-1.0?sig=x";
    expect(await shown(Buffer.from("#!"), { url, path: "/bin/", mode: 0o755 })).toEqual({
      "usr/bin/tool-1.0": "file 0755 0:0 1970-01-01 #!",
    });
  });

  it("does not go with includes and excludes", async () => {
    const choosing = shown(Buffer.from("x"), { url: "https://h/x", includes: ["a"] });
    await expect(choosing).rejects.toThrow(refusal("IMAGE_INPUT_INVALID", "includes and excludes"));
  });
});

describe("components of a file", () => {
  const component = { type: "generic", version: "1", licenses: ["MIT"], supplier: null, comments: [] } as const;
  const components = [
    { ...component, name: "x", purl: "pkg:generic/x@1" },
    { ...component, name: "y", purl: "pkg:generic/y@1" },
  ];

  it("are recorded inside the image; the first owns the files", async () => {
    const rows = await shown(tar, { components, includes: ["x-1/bin"] });
    const record = (name: string) => {
      const row = rows[`usr/share/hardpan/component/${name}.json`] ?? "";
      return JSON.parse(row.slice(row.indexOf("{")));
    };
    expect(record("x")).toMatchObject({
      purl: "pkg:generic/x@1",
      files: ["src/x/x-1/bin/also", "src/x/x-1/bin/run", "usr/share/hardpan/component/x.json"],
    });
    expect(record("y").files).toEqual(["usr/share/hardpan/component/y.json"]);
  });
});

describe("the fragment of a file", () => {
  it("has the same bytes each time, and a key that names all it depends on", async () => {
    const [one, other] = [await emptyCache(), await emptyCache()];
    const packed = gzipSync(tar);
    const first = await loadFragment(fileFragment(await inputOf(packed, one), one), createPackings(one).gzip);
    const second = await loadFragment(fileFragment(await inputOf(packed, other), other), createPackings(other).gzip);
    expect(second).toEqual(first);
    const input = await inputOf(packed, one);
    const keys = [
      {},
      { uid: 1 },
      { mode: 0o755 },
      { path: "/y" },
      { includes: ["x-1"] },
      { excludes: ["a"] },
      { mtime: 1 },
    ];
    expect(new Set(keys.map((more) => fileFragment({ ...input, ...more }, one).key)).size).toBe(keys.length);
  });

  it("cannot be made without its file", async () => {
    const cache = await emptyCache();
    const input = await inputOf(tar, cache);
    await cache.drop(input.sha256);
    await expect(loadFragment(fileFragment(input, cache), createPackings(cache).gzip)).rejects.toThrow(
      refusal("IMAGE_INPUT_MISSING", input.url),
    );
  });

  it.each(["https://h/x.tar", "https://h/x.tar.gz", "https://h/x.zip", "https://h/x"])(
    "blames the cache when the entry of %s has changed",
    async (url) => {
      const cache = await emptyCache();
      const content = url.endsWith("zip")
        ? makeZip({ a: "text" }, { stored: true })
        : url.endsWith("gz")
          ? gzipSync(tar)
          : tar;
      const input = await inputOf(content, cache, { url });
      const damaged = Buffer.from(content);
      damaged[34] = (damaged[34] ?? 0) ^ 1;
      await writeFile((await cache.path(input.sha256)) ?? "", damaged);
      await expect(loadFragment(fileFragment(input, cache), createPackings(cache).gzip)).rejects.toThrow(
        refusal("CACHE_CORRUPT"),
      );
    },
  );
});

describe("an archive that cannot be taken", () => {
  it.each<readonly [string, Uint8Array, string]>([
    ["leads outside", archiveOf(fileBytes({ path: "a" }), rawBlock({ 0: "../b" })), "TAR_PATH_UNSAFE"],
    [
      "leads outside in an extended header",
      archiveOf(extension("x", paxRecord("path", "a/../../b")), rawBlock({ 0: "a" })),
      "TAR_PATH_UNSAFE",
    ],
    ["links outside", archiveOf(rawBlock({ 0: "a", 156: "1", 157: "../../etc/passwd" })), "TAR_LINK_UNSAFE"],
    ["links to an absolute path", archiveOf(rawBlock({ 0: "a", 156: "1", 157: "/etc/passwd" })), "TAR_LINK_UNSAFE"],
    [
      "links to what it does not have",
      archiveOf(node({ path: "a", type: "link", linkPath: "b" })),
      "IMAGE_INPUT_INVALID",
    ],
    [
      "writes through a link of its own",
      archiveOf(node({ path: "a", type: "symlink", linkPath: "/etc" }), fileBytes({ path: "a/passwd" })),
      "IMAGE_INPUT_INVALID",
    ],
    ["has a file below a file", archiveOf(fileBytes({ path: "a" }), fileBytes({ path: "a/b" })), "IMAGE_INPUT_INVALID"],
    ["has a device", archiveOf(node({ path: "null", type: "character", deviceMajor: 1 })), "IMAGE_INPUT_INVALID"],
    ["has a name that would delete a file", archiveOf(fileBytes({ path: "d/.wh.two" })), "IMAGE_INPUT_INVALID"],
    ["has a folder that would delete one", archiveOf(fileBytes({ path: ".wh.d/a" })), "IMAGE_INPUT_INVALID"],
    ["has a pipe", archiveOf(node({ path: "p", type: "fifo" })), "IMAGE_INPUT_INVALID"],
    ["is empty", tarEnd, "IMAGE_INPUT_INVALID"],
    ["is cut off", tar.subarray(0, 3000), "TAR_TRUNCATED"],
    ["is a page of the web", Buffer.from(`<html>${" ".repeat(600)}`), "TAR_INVALID"],
    ["is cut off while packed", gzipSync(tar).subarray(0, 100), "GZIP_INVALID"],
  ])("because it %s is refused", async (_, bytes, code) => {
    await expect(shown(bytes)).rejects.toThrow(refusal(code, "https://h/x-1.tar.gz"));
  });

  it.each<readonly [string, Uint8Array, string]>([
    ["leads outside", makeZip({ "../a": "x" }), "TAR_PATH_UNSAFE"],
    ["leads outside with backslashes", makeZip({ "a\\..\\..\\b": "x" }), "TAR_PATH_UNSAFE"],
    ["has a name that would delete all below", makeZip({ "a/.wh..wh..opq": "" }), "IMAGE_INPUT_INVALID"],
    ["has a link to nothing", makeZip({ a: "" }, { modes: { a: 0o120777 } }), "IMAGE_INPUT_INVALID"],
    ["writes through a link", makeZip({ a: "/etc", "a/b": "" }, { modes: { a: 0o120777 } }), "IMAGE_INPUT_INVALID"],
    ["has a device", makeZip({ a: "" }, { modes: { a: 0o020666 } }), "IMAGE_INPUT_INVALID"],
    ["is cut off", makeZip({ a: "x" }).subarray(0, 60), "ZIP_INVALID"],
    ["grows beyond what it announces", makeZip({ a: "x".repeat(100_000) }, { announcedSize: 10 }), "ZIP_INVALID"],
    ["announces more than is read", makeZip({ a: "x" }, { announcedSize: 2 ** 32 - 2 }), "ARCHIVE_TOO_LARGE"],
  ])("because its zip form %s is refused", async (_, bytes, code) => {
    await expect(shown(bytes, { url: "https://h/x.zip" })).rejects.toThrow(refusal(code, "https://h/x.zip"));
  });

  it("is taken where what would delete something is left out", async () => {
    const bytes = archiveOf(fileBytes({ path: "one" }, "1"), fileBytes({ path: ".wh.two" }));
    expect(Object.keys(await shown(bytes, { excludes: ["**/.wh.*"] }))).toEqual(["src/x", "src/x/one"]);
  });

  it("because nothing of it is chosen is refused", async () => {
    await expect(shown(tar, { includes: ["bin"] })).rejects.toThrow(refusal("IMAGE_INPUT_INVALID", "nothing of"));
  });

  it("because of random damage is unpacked or refused with a reason", async () => {
    const random = seeded(21);
    const zip = makeZip({ "d/a": "text", b: "more text" }, { modes: { b: 0o120777 } });
    const cache = await emptyCache();
    for (let round = 0; round < 150; round++) {
      const isZip = round % 2 === 0;
      const url = isZip ? "https://h/x.zip" : "https://h/x.tar";
      const input = await inputOf(mutate(isZip ? zip : tar, random), cache, { url });
      await readsOrRefuses(async () => await loadFragment(fileFragment(input, cache), createPackings(cache).gzip));
    }
  });
});
