import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { type Bytes, collect, fromBytes } from "../../src/archive/bytes.ts";
import { createTarParser, readTar } from "../../src/archive/tar-read.ts";
import { tarEnd, tarHeader } from "../../src/archive/tar-write.ts";
import { has } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { archiveOf, extension, fileBytes, paxRecord, rawBlock, readAll } from "./examples.ts";

const text = (bytes: Uint8Array | null | undefined) => (bytes ? new TextDecoder().decode(bytes) : null);
const code = (value: string) => expect.objectContaining({ code: value });
const readOne = (...parts: readonly Uint8Array[]) => {
  const [first, ...others] = readAll(archiveOf(...parts));
  expect(others).toEqual([]);
  if (first === undefined) throw new Error("nothing was read");
  return first;
};

describe("a tar archive", () => {
  it("made by tar-stream is read with all its fields", async () => {
    const writer = pack();
    const mtime = new Date(1_700_000_000_000);
    writer.entry({
      name: "dir/",
      type: "directory",
      mode: 0o1777,
      uid: 1,
      gid: 2,
      uname: "alice",
      gname: "staff",
      mtime,
    });
    writer.entry({ name: "dir/file", mode: 0o4755, uid: 200_000, mtime }, "hello");
    writer.entry({ name: "dir/symlink", type: "symlink", linkname: "../../etc/passwd", mtime });
    writer.entry({ name: "dir/link", type: "link", linkname: "dir/file", mtime });
    writer.entry({ name: "dir/null", type: "character-device", devmajor: 1, devminor: 3, mtime });
    writer.entry({ name: "dir/disk", type: "block-device", devmajor: 8, devminor: 1, mtime });
    writer.entry({ name: "dir/fifo", type: "fifo", mtime });
    writer.entry({ name: `${"ü".repeat(120)}/name`, mtime }, "umlauts");
    writer.finalize();
    const entries = readAll(await collect(Readable.from(writer), { limit: 1 << 20, what: "test" }));
    expect(entries.map(({ header, content }) => [header.type, header.path, header.linkPath, text(content)])).toEqual([
      ["directory", "dir", "", null],
      ["file", "dir/file", "", "hello"],
      ["symlink", "dir/symlink", "../../etc/passwd", null],
      ["link", "dir/link", "dir/file", null],
      ["character", "dir/null", "", null],
      ["block", "dir/disk", "", null],
      ["fifo", "dir/fifo", "", null],
      ["file", `${"ü".repeat(120)}/name`, "", "umlauts"],
    ]);
    const [directory, file, , , device] = entries.map(({ header }) => header);
    expect(directory).toMatchObject({
      mode: 0o1777,
      uid: 1,
      gid: 2,
      userName: "alice",
      groupName: "staff",
      mtime: 1_700_000_000,
    });
    expect(file).toMatchObject({ mode: 0o4755, uid: 200_000, size: 5 });
    expect(device).toMatchObject({ deviceMajor: 1, deviceMinor: 3 });
  });

  it.skipIf(!has("tar")).each(["ustar", "gnu", "pax", "v7", "oldgnu"])(
    "in GNU tar's %s format is read (needs tar)",
    async (format) => {
      const folder = await temporaryFolder();
      const long = format === "gnu" || format === "pax" || format === "oldgnu" ? "l".repeat(180) : "l".repeat(90);
      mkdirSync(join(folder, "a"));
      writeFileSync(join(folder, "a", long), "content");
      utimesSync(join(folder, "a", long), 1_700_000_000, 1_700_000_000);
      linkSync(join(folder, "a", long), join(folder, "a", "hard"));
      symlinkSync(long, join(folder, "a", "soft"));
      const bytes = execFileSync("tar", [
        `--format=${format}`,
        "--sort=name",
        "--owner=0",
        "--group=0",
        "-C",
        folder,
        "-cf",
        "-",
        "./a",
      ]);
      expect(
        readAll(bytes).map(({ header, content }) => [header.path, header.type, header.linkPath, text(content)]),
      ).toEqual([
        ["a", "directory", "", null],
        ["a/hard", "file", "", "content"],
        [`a/${long}`, "link", "a/hard", null],
        ["a/soft", "symlink", long, null],
      ]);
      expect(readAll(bytes)[1]?.header).toMatchObject({ uid: 0, gid: 0, mtime: 1_700_000_000, size: 7 });
    },
  );

  it.skipIf(!has("tar")).each(["gnu", "pax"])(
    "with a sparse file in GNU tar's %s format is refused (needs tar)",
    async (format) => {
      const folder = await temporaryFolder();
      writeFileSync(join(folder, "holes"), "x");
      truncateSync(join(folder, "holes"), 10_000_000);
      const bytes = execFileSync("tar", [`--format=${format}`, "--sparse", "-C", folder, "-cf", "-", "holes"]);
      expect(() => readAll(bytes)).toThrow(code("TAR_SPARSE"));
    },
  );

  it("is read the same whatever the size of its chunks", () => {
    const bytes = archiveOf(
      tarHeader({ path: "d", type: "directory", mode: 0o755, mtime: 0 }),
      fileBytes({ path: "x".repeat(300) }, "a".repeat(1000)),
      fileBytes({ path: "empty" }),
      fileBytes({ path: "exact" }, "b".repeat(512)),
    );
    const read = (chunkSize: number) =>
      readAll(bytes, { chunkSize }).map(({ header: { pax: _, ...header }, content }) => ({ header, content }));
    const whole = read(bytes.length);
    expect(whole.map(({ content }) => content?.length ?? null)).toEqual([null, 1000, 0, 512]);
    for (const chunkSize of [1, 7, 511, 512, 513, 1024, 1500]) expect(read(chunkSize)).toEqual(whole);
  });

  it("without its end mark, as pieces of a layer have none, is read", () => {
    expect(readAll(fileBytes({ path: "a" }, "x"))).toHaveLength(1);
    expect(readAll(Buffer.concat([fileBytes({ path: "a" }, "x"), new Uint8Array(512)]))).toHaveLength(1);
    expect(readAll(new Uint8Array(0))).toEqual([]);
  });

  it("ends at two blocks of zeros, whatever follows them", () => {
    expect(
      readAll(Buffer.concat([archiveOf(fileBytes({ path: "a" })), Buffer.from("anything".repeat(200))])),
    ).toHaveLength(1);
  });

  it("that goes on after one block of zeros is refused", () => {
    const bytes = Buffer.concat([fileBytes({ path: "a" }), new Uint8Array(512), fileBytes({ path: "b" })]);
    expect(() => readAll(bytes)).toThrow(code("TAR_INVALID"));
  });

  it("cut anywhere within an entry is TAR_TRUNCATED, to both readers", async () => {
    const bytes = Buffer.concat([fileBytes({ path: "a".repeat(200) }, "content"), fileBytes({ path: "b" }, "more")]);
    const boundary = fileBytes({ path: "a".repeat(200) }, "content").length;
    for (let end = 1; end < bytes.length; end += 37) {
      if (end === boundary) continue;
      expect(() => readAll(bytes.subarray(0, end)), `cut at ${end}`).toThrow(code("TAR_TRUNCATED"));
      await expect(pathsOf(fromBytes(bytes.subarray(0, end))), `cut at ${end}`).rejects.toThrow(code("TAR_TRUNCATED"));
    }
    expect(() => readAll(bytes.subarray(0, 1536))).toThrow(code("TAR_TRUNCATED"));
  });

  it("whose header checksum is wrong is refused", () => {
    const bytes = Buffer.from(archiveOf(fileBytes({ path: "a" })));
    bytes[0] = 0x62;
    expect(() => readAll(bytes, { what: "layer 3" })).toThrow(/layer 3 has a tar header with a wrong checksum/);
  });
});

describe("an entry", () => {
  it.each([
    ["./usr/bin/x", "usr/bin/x"],
    ["/etc/passwd", "etc/passwd"],
    ["//a//b/./c", "a/b/c"],
    ["a/..b/c..", "a/..b/c.."],
    ["./.", ""],
    [".hidden", ".hidden"],
  ])("named %s has the path %j", (name, path) => {
    expect(readOne(rawBlock({ 0: name })).header.path).toBe(path);
  });

  it("named ./ is the root directory, whose path is empty", () => {
    expect(readOne(rawBlock({ 0: "./", 156: "5" })).header).toMatchObject({ path: "", type: "directory" });
  });

  it.each(["../x", "a/../../x", "/..", "a/..", ".."])("named %s is refused", (name) => {
    expect(() => readAll(archiveOf(rawBlock({ 0: name })))).toThrow(code("TAR_PATH_UNSAFE"));
  });

  it("with a NUL in its pax path is refused", () => {
    expect(() => readAll(archiveOf(extension("x", paxRecord("path", "a\0b")), rawBlock({ 0: "a" })))).toThrow(
      code("TAR_PATH_UNSAFE"),
    );
  });

  it.each(["/etc/passwd", "../x", "a/../b", ""])("that is a hard link to %j is refused", (target) => {
    expect(() => readAll(archiveOf(rawBlock({ 0: "a", 156: "1", 157: target })))).toThrow(code("TAR_LINK_UNSAFE"));
  });

  it("that is a hard link to ./x names x", () => {
    expect(readOne(rawBlock({ 0: "a", 156: "1", 157: "./x" })).header.linkPath).toBe("x");
  });

  it("that is a symlink keeps its target as written", () => {
    for (const target of ["/etc/passwd", "../../x", "./y/"]) {
      expect(readOne(rawBlock({ 0: "a", 156: "2", 157: target })).header.linkPath).toBe(target);
    }
  });

  it("joins ustar's prefix and name, but not GNU's fields at the same place", () => {
    expect(readOne(rawBlock({ 0: "name", 345: "some/prefix" })).header.path).toBe("some/prefix/name");
    expect(readOne(rawBlock({ 0: "name", 257: "ustar  \0", 345: "12345670123\0" })).header.path).toBe("name");
  });

  it("of the V7 form is a directory when its name ends in a slash", () => {
    expect(readOne(rawBlock({ 0: "dir/", 156: "\0", 257: "\0\0\0\0\0\0\0\0" })).header).toMatchObject({
      path: "dir",
      type: "directory",
    });
  });

  it("takes pax records over GNU long names over the header", () => {
    const long = extension("L", `${"l".repeat(150)}\0`);
    expect(readOne(long, rawBlock({ 0: "short" })).header.path).toBe("l".repeat(150));
    expect(readOne(long, extension("x", paxRecord("path", "by-pax")), rawBlock({ 0: "short" })).header.path).toBe(
      "by-pax",
    );
    const link = readOne(extension("K", `${"k".repeat(150)}\0`), rawBlock({ 0: "a", 156: "2", 157: "short" }));
    expect(link.header.linkPath).toBe("k".repeat(150));
  });

  it("takes numbers and names from pax records", () => {
    const records = {
      uid: "4294967294",
      gid: "70000",
      uname: "jürgen",
      gname: "g",
      mtime: "1700000000.987654321",
      size: "3",
      linkpath: "z",
    };
    const content = Object.entries(records).map(([keyword, value]) => paxRecord(keyword, value));
    const bytes = archiveOf(
      extension("x", content.join("")),
      rawBlock({ 0: "a" }),
      Buffer.from("abc".padEnd(512, "\0")),
    );
    expect(readAll(bytes)[0]?.header).toMatchObject({
      ...{
        uid: 4294967294,
        gid: 70000,
        userName: "jürgen",
        groupName: "g",
        mtime: 1_700_000_000,
        size: 3,
        linkPath: "",
      },
    });
  });

  it("inherits global pax records until its own say otherwise or cancel them", () => {
    const bytes = archiveOf(
      extension("g", paxRecord("comment", "all") + paxRecord("uname", "global")),
      rawBlock({ 0: "a", 265: "header" }),
      extension("x", paxRecord("uname", "own")),
      rawBlock({ 0: "b", 265: "header" }),
      extension("x", paxRecord("uname", "")),
      rawBlock({ 0: "c", 265: "header" }),
      rawBlock({ 0: "d", 265: "header" }),
    );
    const headers = readAll(bytes).map(({ header }) => header);
    expect(headers.map((header) => header.userName)).toEqual(["global", "own", "header", "global"]);
    expect(headers.map((header) => header.pax.get("comment"))).toEqual(["all", "all", "all", "all"]);
  });

  it("keeps extended attributes, binary ones too", () => {
    const value = Uint8Array.from({ length: 256 }, (_, index) => index);
    const xattrs = new Map([["security.capability", value]]);
    const { header } = readOne(tarHeader({ path: "ping", type: "file", mode: 0o755, mtime: 0, xattrs }));
    expect(Buffer.from(header.pax.get("SCHILY.xattr.security.capability") ?? "", "latin1")).toEqual(Buffer.from(value));
  });

  it("has base-256 numbers where octal digits do not suffice", () => {
    const uid = Buffer.from([0x80, 0, 0, 0, 0x80, 0, 0, 1]);
    const before1970 = Buffer.alloc(12, 0xff);
    expect(readOne(rawBlock({ 0: "a", 108: uid, 136: before1970 })).header).toMatchObject({
      uid: 0x80000001,
      mtime: -1,
    });
  });

  it.each([
    ["a negative size", { 124: Buffer.alloc(12, 0xff) }],
    ["a negative uid", { 108: Buffer.alloc(8, 0xff) }],
    ["a size that is no number", { 124: "12x45\0" }],
    ["a size beyond all measure", { 124: Buffer.from([0x80, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) }],
    ["an unknown type", { 156: "Z" }],
  ])("with %s is refused", (_, fields) => {
    expect(() => readAll(archiveOf(rawBlock({ 0: "a", ...fields })))).toThrow(code("TAR_INVALID"));
  });

  it.each(["-1", "1.5", "abc", "99999999999999999999"])("with the pax size %s is refused", (size) => {
    expect(() => readAll(archiveOf(extension("x", paxRecord("size", size)), rawBlock({ 0: "a" })))).toThrow(
      code("TAR_INVALID"),
    );
  });

  it.each(["GNU.sparse.major", "GNU.sparse.size", "GNU.sparse.map"])("with the pax record %s is refused", (keyword) => {
    for (const flag of ["x", "g"]) {
      expect(() => readAll(archiveOf(extension(flag, paxRecord(keyword, "1")), rawBlock({ 0: "a" })))).toThrow(
        code("TAR_SPARSE"),
      );
    }
  });

  it.each(["x", "7 a=b\n", "6 a=b", "6 a\nb\n", "6 =bb\n", "99999999999999 a=b\n", "-6 a=b\n", "0 a=b\n"])(
    "with the malformed pax record %j is refused",
    (record) => {
      expect(() => readAll(archiveOf(extension("x", record), rawBlock({ 0: "a" })))).toThrow(code("TAR_INVALID"));
    },
  );

  it("that an extended header announces must come", () => {
    expect(() => readAll(archiveOf(extension("x", paxRecord("path", "a"))))).toThrow(code("TAR_INVALID"));
    expect(() => readAll(extension("L", "a\0"))).toThrow(code("TAR_TRUNCATED"));
  });

  it("whose name is not UTF-8 has one character for each byte", () => {
    expect(readOne(rawBlock({ 0: Buffer.from([0x61, 0xff, 0xfe]) })).header.path).toBe("a\u00ff\u00fe");
  });

  it("that is no file has no content, whatever its size field says", () => {
    const bytes = archiveOf(rawBlock({ 0: "d", 124: "00000001000\0", 156: "5" }), fileBytes({ path: "next" }, "x"));
    expect(readAll(bytes).map(({ header }) => [header.path, header.size])).toEqual([
      ["d", 0],
      ["next", 1],
    ]);
  });
});

describe("limits", () => {
  const two = archiveOf(fileBytes({ path: "a" }, "12345"), fileBytes({ path: "b" }));

  it.each([
    ["entries", { entries: 1 }],
    ["entry size", { entrySize: 4 }],
    ["total size", { totalSize: 1500 }],
  ])("on %s hold", (_, limits) => {
    expect(() => readAll(two, { limits })).toThrow(code("ARCHIVE_TOO_LARGE"));
  });

  it("on names and extended headers hold", () => {
    const named = (length: number) => archiveOf(fileBytes({ path: "n".repeat(length) }));
    expect(readAll(named(4096))[0]?.header.path).toHaveLength(4096);
    expect(() => readAll(named(9000))).toThrow(code("ARCHIVE_TOO_LARGE"));
    expect(() => readAll(named(2_000_000))).toThrow(/an extended header of the tar archive is larger than/);
  });

  it("on extended records hold, for one entry and for all", () => {
    const records = Array.from({ length: 1001 }, (_, index) => paxRecord(`comment.${index}`, "x")).join("");
    for (const flag of ["x", "g"]) {
      expect(() => readAll(archiveOf(extension(flag, records), rawBlock({ 0: "a" })))).toThrow(
        code("ARCHIVE_TOO_LARGE"),
      );
    }
  });

  it("stop an announced extended header of gigabytes before anything is set aside for it", () => {
    expect(() => readAll(archiveOf(rawBlock({ 0: "x", 124: "37777777777\0", 156: "x" })))).toThrow(
      code("ARCHIVE_TOO_LARGE"),
    );
  });
});

describe("createTarParser", () => {
  const bytes = archiveOf(
    fileBytes({ path: "small" }, "s"),
    fileBytes({ path: "large" }, "l".repeat(2000)),
    fileBytes({ path: "none" }),
  );

  it("keeps only content within what `entry` returned", () => {
    const seen: string[] = [];
    const parser = createTarParser({
      entry: () => 1000,
      file: (header, content) => seen.push(`${header.path} ${content.length}`),
    });
    parser.write(bytes);
    parser.end();
    expect(seen).toEqual(["small 1", "none 0"]);
  });

  it("gives content that does not hold on to a larger chunk", () => {
    const parser = createTarParser({
      entry: () => 1000,
      file: (_, content) => expect(content.buffer.byteLength).toBe(content.length),
    });
    parser.write(bytes);
    parser.end();
    expect.assertions(2);
  });

  it.each([1, 100, 256, 257, 1000, 100_000])(
    "shows the start of each file, and gathers the rest of those it is told to, in pieces of %i",
    (size) => {
      const starts: string[] = [];
      const seen: string[] = [];
      const parser = createTarParser({
        entry: ({ path }) => (path === "asked for" ? 500 : 0),
        start(header, start) {
          starts.push(`${header.path} ${text(start)?.slice(0, 5)} ${start.length}`);
          return header.path.startsWith("whole") ? header.size : 0;
        },
        file: (header, content) => seen.push(`${header.path} ${text(content)}`),
      });
      const long = `start${"x".repeat(700)}`;
      const archive = archiveOf(
        fileBytes({ path: "passed over" }, long),
        fileBytes({ path: "whole" }, long),
        fileBytes({ path: "empty" }),
        fileBytes({ path: "asked for" }, "short"),
        fileBytes({ path: "whole, as long as the start" }, "y".repeat(256)),
        fileBytes({ path: "last" }, "start"),
      );
      for (let at = 0; at < archive.length; at += size) parser.write(archive.subarray(at, at + size));
      parser.end();
      expect(starts).toEqual([
        "passed over start 256",
        "whole start 256",
        "asked for short 5",
        "whole, as long as the start yyyyy 256",
        "last start 5",
      ]);
      expect(seen).toEqual([`whole ${long}`, "asked for short", `whole, as long as the start ${"y".repeat(256)}`]);
    },
  );

  it("lets the handler's errors out of `write`", () => {
    const parser = createTarParser({ entry: () => Number.parseInt("0", 10), file: () => {} });
    expect(() => parser.write(Buffer.alloc(512, 1))).toThrow(code("TAR_INVALID"));
    const failing = createTarParser({
      entry: () => {
        throw new Error("handler");
      },
      file: () => {},
    });
    expect(() => failing.write(bytes)).toThrow("handler");
  });
});

describe("readTar", () => {
  const bytes = archiveOf(
    fileBytes({ path: "a" }, "A".repeat(1500)),
    fileBytes({ path: "b" }, "B"),
    fileBytes({ path: "c" }, "C"),
  );

  it("skips content that is not read, wholly or in part", async () => {
    const read: string[] = [];
    for await (const { header, content } of readTar(inPieces(bytes, 100))) {
      if (header.path === "a") for await (const chunk of content) if (chunk.length > 0) break;
      if (header.path === "b") continue;
      if (header.path === "c") read.push(text(await collect(content, { limit: 10, what: "c" })) ?? "");
    }
    expect(read).toEqual(["C"]);
  });

  it("closes its source when the reader stops early", async () => {
    let closed = false;
    async function* source() {
      try {
        yield bytes;
        yield tarEnd;
      } finally {
        closed = true;
      }
    }
    for await (const { header } of readTar(source())) if (header.path === "a") break;
    expect(closed).toBe(true);
  });

  it("refuses to give content after the next entry was asked for", async () => {
    const kept: Bytes[] = [];
    for await (const { content } of readTar(fromBytes(bytes))) kept.push(content);
    const [first] = kept;
    if (first === undefined) throw new Error("nothing was read");
    await expect(collect(first, { limit: 10_000, what: "a" })).rejects.toThrow(/read after the next entry/);
  });
});

async function pathsOf(source: Bytes): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const { header } of readTar(source)) paths.push(header.path);
  return paths;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}
