import { execFileSync } from "node:child_process";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { extract, type Header } from "tar-stream";
import { describe, expect, it } from "vitest";
import { type TarWriteEntry, tarEnd, tarHeader, tarPadding } from "../../src/archive/tar-write.ts";
import { has } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { archiveOf, fileBytes, readAll } from "./examples.ts";

const base = { type: "file", mode: 0o644, mtime: 1_700_000_000 } as const;
const long = `${"directory/".repeat(13)}file`;

const part = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
  .filter((name) => !/[/\0]/.test(name) && name !== "." && name !== ".." && name.isWellFormed());
const path = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join("/"));
const common = {
  path,
  mode: fc.nat(0o7777),
  mtime: fc.oneof(fc.nat(2_000_000_000), fc.integer({ min: -1000, max: 2 ** 40 })),
  uid: fc.oneof(fc.nat(70_000), fc.nat(2 ** 31 - 1)),
  gid: fc.oneof(fc.nat(70_000), fc.nat(2 ** 31 - 1)),
  userName: fc.string({ maxLength: 40 }).filter((name) => !name.includes("\0")),
  groupName: fc.constantFrom("", "root", "größe"),
};
const target = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 200 })
  .filter((name) => !name.includes("\0") && name.isWellFormed());
const entries: fc.Arbitrary<TarWriteEntry> = fc.oneof(
  fc.record({ ...common, type: fc.constant("file" as const), size: fc.constantFrom(0, 1, 511, 512, 513, 2000) }),
  fc.record({ ...common, type: fc.constant("directory" as const) }),
  fc.record({ ...common, type: fc.constant("symlink" as const), linkPath: target }),
  fc.record({ ...common, type: fc.constant("link" as const), linkPath: path }),
  fc.record({
    ...common,
    type: fc.constantFrom("character" as const, "block" as const),
    deviceMajor: fc.nat(4095),
    deviceMinor: fc.nat(65_535),
  }),
);

describe("tarHeader", () => {
  it("writes what is read back: every field, every entry", () => {
    fc.assert(
      fc.property(fc.array(entries, { maxLength: 5 }), (written) => {
        const bytes = archiveOf(
          ...written.flatMap((entry) => [
            tarHeader(entry),
            new Uint8Array(entry.size ?? 0),
            tarPadding(entry.size ?? 0),
          ]),
        );
        const read = readAll(bytes).map(({ header }) => header);
        const defaults = { size: 0, linkPath: "", deviceMajor: 0, deviceMinor: 0 };
        expect(read.map(({ pax: _, ...header }) => header)).toEqual(
          written.map((entry) => ({ ...defaults, ...entry })),
        );
      }),
    );
  });

  it("writes what tar-stream reads", async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (entry) => {
        const size = entry.size ?? 0;
        const [header] = await readWithTarStream(archiveOf(tarHeader(entry), new Uint8Array(size), tarPadding(size)));
        const isLink = entry.type === "link" || entry.type === "symlink";
        expect(header?.name.replace(/\/$/, "")).toBe(entry.path);
        expect(header?.linkname ?? "").toBe(isLink ? entry.linkPath : "");
        const { uid = 0, gid = 0 } = entry;
        expect([header?.size, header?.mode]).toEqual([size, entry.mode]);
        // It does not look at the pax records of owners.
        if (uid < 2 ** 21 && gid < 2 ** 21) expect([header?.uid, header?.gid]).toEqual([uid, gid]);
      }),
    );
  });

  it.skipIf(!has("tar"))("writes what GNU tar extracts (needs tar)", async () => {
    const folder = await temporaryFolder();
    const bytes = archiveOf(
      tarHeader({ ...base, path: "", type: "directory", mode: 0o755 }),
      tarHeader({ ...base, path: "dir", type: "directory", mode: 0o750 }),
      fileBytes({ ...base, path: "dir/script", mode: 0o755 }, "#!/bin/sh\n"),
      fileBytes({ ...base, path: long }, "long"),
      fileBytes({ ...base, path: `${"n".repeat(200)}` }, "unsplittable"),
      fileBytes({ ...base, path: "Főtanúsítvány.crt" }, "umlauts"),
      tarHeader({ ...base, path: "dir/soft", type: "symlink", linkPath: "t".repeat(150), mode: 0o777 }),
      tarHeader({ ...base, path: "dir/hard", type: "link", linkPath: "dir/script", mode: 0o755 }),
    );
    execFileSync("tar", ["-C", folder, "--no-same-owner", "-xpf", "-"], { input: bytes });
    expect(readFileSync(join(folder, long), "utf8")).toBe("long");
    expect(readFileSync(join(folder, "n".repeat(200)), "utf8")).toBe("unsplittable");
    expect(readFileSync(join(folder, "Főtanúsítvány.crt"), "utf8")).toBe("umlauts");
    expect(readlinkSync(join(folder, "dir/soft"))).toBe("t".repeat(150));
    expect(lstatSync(join(folder, "dir/script"))).toMatchObject({ nlink: 2, mtimeMs: base.mtime * 1000 });
    expect(lstatSync(join(folder, "dir/script")).mode & 0o7777).toBe(0o755);
    expect(lstatSync(join(folder, "dir")).mode & 0o7777).toBe(0o750);
  });

  it.skipIf(!has("tar"))("writes owners, times and sizes that GNU tar lists (needs tar)", () => {
    const bytes = archiveOf(
      fileBytes({ ...base, path: "a", uid: 2 ** 31, gid: 2 ** 22, userName: "", mtime: 2 ** 34 }, "abc"),
      fileBytes({ ...base, path: "b", userName: "bob", groupName: "staff", mtime: -1 }),
    );
    const list = (...flags: string[]) =>
      execFileSync("tar", ["-tv", "--full-time", "--utc", ...flags], { input: bytes, encoding: "utf8" }).split("\n");
    expect(list("--numeric-owner")[0]).toMatch(/^-rw-r--r-- 2147483648\/4194304 +3 2514-05-30 01:53:04 a$/);
    expect(list()[1]).toMatch(/^-rw-r--r-- bob\/staff +0 1969-12-31 23:59:59 b$/);
  });

  it("is one block unless something does not fit", () => {
    const size = (entry: Partial<TarWriteEntry>) => tarHeader({ ...base, path: "a", ...entry }).length;
    expect(size({})).toBe(512);
    expect(size({ path: "n".repeat(100) })).toBe(512);
    expect(size({ path: `${"p".repeat(155)}/${"n".repeat(100)}` })).toBe(512);
    expect(size({ path: long })).toBe(512);
    expect(size({ path: "n".repeat(101) })).toBe(1536);
    expect(size({ path: `${"p".repeat(156)}/n` })).toBe(1536);
    expect(size({ path: "ü" })).toBe(1536);
    expect(size({ type: "symlink", linkPath: "l".repeat(100) })).toBe(512);
    expect(size({ type: "symlink", linkPath: "l".repeat(101) })).toBe(1536);
    expect(size({ size: 2 ** 33 - 1 })).toBe(512);
    expect(size({ size: 2 ** 33 })).toBe(1536);
    expect(size({ uid: 2 ** 21 - 1, gid: 2 ** 21 - 1 })).toBe(512);
    expect(size({ uid: 2 ** 21 })).toBe(1536);
    expect(size({ mtime: -1 })).toBe(1536);
    expect(size({ xattrs: new Map([["user.a", Buffer.from("b")]]) })).toBe(1536);
  });

  it("ends directories in a slash, the root's is ./", () => {
    const name = (path: string) =>
      Buffer.from(tarHeader({ ...base, path, type: "directory" })).toString("latin1", 0, 5);
    expect([name("usr"), name("")]).toEqual(["usr/\0", "./\0\0\0"]);
  });

  it("gives the same bytes for the same entry, whatever the order of its attributes", () => {
    const a = Buffer.from("1");
    const one = tarHeader({
      ...base,
      path: "ü",
      uid: 2 ** 22,
      xattrs: new Map([
        ["user.a", a],
        ["user.b", a],
      ]),
    });
    const other = tarHeader({
      ...base,
      uid: 2 ** 22,
      path: "ü",
      xattrs: new Map([
        ["user.b", a],
        ["user.a", a],
      ]),
    });
    expect(Buffer.compare(one, other)).toBe(0);
  });

  it.each<[string, Partial<TarWriteEntry>]>([
    ["TAR_PATH_UNSAFE", { path: "../a" }],
    ["TAR_PATH_UNSAFE", { path: "/a" }],
    ["TAR_PATH_UNSAFE", { path: "a\0" }],
    ["TAR_PATH_UNSAFE", { path: "a/", type: "directory" }],
    ["TAR_INVALID", { path: "" }],
    ["TAR_INVALID", { linkPath: "b" }],
    ["TAR_INVALID", { type: "symlink" }],
    ["TAR_INVALID", { type: "directory", size: 1 }],
    ["TAR_INVALID", { size: -1 }],
    ["TAR_INVALID", { uid: 1.5 }],
    ["TAR_INVALID", { mtime: Number.NaN }],
  ])("throws %s for %j", (code, entry) => {
    expect(() => tarHeader({ ...base, path: "a", ...entry })).toThrow(expect.objectContaining({ code }));
  });
});

describe("tarPadding and tarEnd", () => {
  it("fill up blocks", () => {
    expect([0, 1, 511, 512, 513].map((size) => tarPadding(size).length)).toEqual([0, 511, 1, 0, 511]);
    expect(tarEnd).toEqual(new Uint8Array(1024));
  });
});

async function readWithTarStream(bytes: Uint8Array): Promise<readonly Header[]> {
  const headers: Header[] = [];
  const reader = extract();
  reader.end(Buffer.from(bytes));
  for await (const entry of reader) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
}
