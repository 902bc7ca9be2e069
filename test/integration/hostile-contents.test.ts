import { rm } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { tarHeader, tarPadding } from "../../src/archive/tar-write.ts";
import { makeZip } from "../archive/zip/make-zip.ts";
import { madeSqlite } from "../scan/rpm/made-database.ts";
import { madeHeader } from "../scan/rpm/made-header.ts";
import { statusStanza, trixie } from "../scan/tree.ts";
import { compressible, incompressible, largeFile, smallFile, zeros } from "../support/image/contents.ts";
import { nestedArchives, overlappingArchive } from "../support/image/hostile-archives.ts";
import { layerFrom, layerOf } from "../support/image/hostile-layers.ts";
import { type ScanBounds, type ScanOutcome, scanApart } from "../support/image/scan-apart.ts";
import { writeStreamedImage } from "../support/image/streamed-image.ts";
import type { StreamedLayer } from "../support/image/streamed-layer.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { thorough } from "./shared.ts";

const gigabyte = 2 ** 30;

async function scan(...layers: readonly StreamedLayer[]): Promise<ScanOutcome> {
  return await scanWithin({ seconds: 40 }, layers);
}

async function scanWithin(bounds: ScanBounds, layers: readonly StreamedLayer[]): Promise<ScanOutcome> {
  const directory = join(await temporaryFolder(), "image");
  await writeStreamedImage(directory, [layerOf({ "etc/os-release": trixie }), ...layers]);
  const outcome = await scanApart({ directory }, bounds);
  await rm(directory, { recursive: true });
  return outcome;
}

/** Expects that the scan went on without what could not be read, and says so, or that it was refused as too large. */
function expectNamed(outcome: ScanOutcome, path: string): void {
  if (outcome.kind === "scanned") expect(outcome.warnings.join("\n")).toContain(path);
  else expect(outcome).toMatchObject({ kind: "refused", code: "FACTS_TOO_LARGE" });
}

/** 8 MiB of stanzas, each of another package. */
function stanzas(): Uint8Array {
  const lines: string[] = [];
  for (let number = 0, size = 0; size < 2 ** 23; number++) {
    lines.push(`${statusStanza({ Package: `package-${number}`, Version: `1.${number}-1` })}\n`);
    size += lines.at(-1)?.length ?? 0;
  }
  return Buffer.from(lines.join(""));
}

describe("a package database of a gigabyte", { timeout: 120_000 }, () => {
  const rpm = "var/lib/rpm/rpmdb.sqlite";
  it.each([
    ["of valid stanzas", "var/lib/dpkg/status", stanzas(), ""],
    ["that is one line", "var/lib/dpkg/status", zeros, "Package: "],
    ["of garbage", "var/lib/dpkg/status", incompressible, ""],
    ["of SQLite's form and nothing in it", rpm, zeros, "SQLite format 3\0\x10\x00\x01\x01\x00\x40\x20\x20"],
    ["of SQLite's form and garbage in it", rpm, incompressible, "SQLite format 3\0\x10\x00\x01\x01\x00\x40\x20\x20"],
    ["of Berkeley DB's form", "var/lib/rpm/Packages", zeros, "\0\0\0\0\0\0\0\0\0\0\0\0\x61\x15\x06\0\x09\0\0\0"],
    ["of apk's form", "lib/apk/db/installed", compressible, "P:musl\nV:1.2.5-r0\n"],
  ])("%s is not read, and named", async (_, path, pool, start) => {
    const layer = layerFrom(largeFile(path, { size: gigabyte, pool, start: Buffer.from(start, "latin1") }));
    expectNamed(await scan(layer), path);
  });

  it("that is a Java archive of zeros is not read, and named", async () => {
    const file = largeFile("app/a.jar", { size: gigabyte, pool: zeros, start: Buffer.from("PK\x03\x04") });
    expectNamed(await scan(layerFrom(file)), "app/a.jar");
  });
});

describe("a package database", { timeout: 120_000 }, () => {
  it("just small enough to be read is read within the same memory, or refused", async () => {
    const size = 60 * 10 ** 6;
    const outcome = await scan(layerFrom(largeFile("var/lib/dpkg/status", { size, pool: stanzas() })));
    expect(["scanned", "refused"]).toContain(outcome.kind);
  });

  it("with text that is no UTF-8 is read as far as it goes, or named", async () => {
    const status = statusStanza({ Package: "libc6", Version: "2.41-12", Maintainer: "J\xf6rg <j@example.org>" });
    const outcome = await scan(layerOf({ "var/lib/dpkg/status": Buffer.from(status, "latin1") }));
    expect(outcome).toMatchObject({ kind: "scanned", packages: 1 });
  });

  it.each([
    ["var/lib/dpkg/status", Buffer.from([0xff, 0xfe, 0x00, 0x0a])],
    ["app/node_modules/a/package.json", Buffer.from('{"name":"\xff","version":"\xfe"}', "latin1")],
    ["etc/os-release", Buffer.from("ID=\xff\xfe\nVERSION_ID=\x00\n", "latin1")],
  ])("or a text of bytes that are none, %s, harms nothing else", async (path, bytes) => {
    const outcome = await scan(
      layerOf({ [path]: bytes, "b/node_modules/b/package.json": '{"name":"b","version":"1"}' }),
    );
    if (outcome.kind === "scanned") expect(outcome.purls).toContain("pkg:npm/b@1");
    else expect(outcome.code).toMatch(/^SCAN_/);
  });
});

describe("a database of rpm", { timeout: 120_000 }, () => {
  const path = "var/lib/rpm/rpmdb.sqlite";
  const changelogTag = 1082;

  it("of 150 MiB with 1500 packages is read within the same memory", async () => {
    const changes = Array.from({ length: 2000 }, (_, at) => `- Repaired what was reported as number ${at} of all. `);
    const headers = Array.from({ length: 1500 }, (_, at) => {
      const files = Array.from({ length: 100 }, (_, file) => `/usr/share/package-${at}/part-${file % 7}/file-${file}`);
      const requires = [`package-${(at * 7) % 1500}`, "libc.so.6()(64bit)"];
      return madeHeader({ name: `package-${at}`, files, requires, others: [[changelogTag, changes]] });
    });
    const database = madeSqlite(headers);
    expect(database.length).toBeGreaterThan(150 * 2 ** 20);
    const outcome = await scan(layerFrom(smallFile(path, database)));
    expect(outcome).toMatchObject({ kind: "scanned", packages: 1500, warnings: [] });
  });

  it("whose pages are named in the most scattered order is done with in bounded time", async () => {
    const [pageSize, size, stride] = [512, 2 ** 28, 196_611];
    const pages = size / pageSize;
    const bytes = Buffer.alloc(size);
    const head = [0x61561, 9, pageSize, stride];
    for (const [index, at] of [12, 16, 20, 96].entries()) bytes.writeUInt32LE(head[index] ?? 0, at);
    // Every page goes on with one that is far away; 13 is the type of a bucket's pages, which have no entries here.
    for (let number = 1; number < pages; number++) {
      const start = number * pageSize;
      bytes.writeUInt32LE(number, start + 8);
      bytes.writeUInt32LE((number + stride) % pages, start + 16);
      bytes[start + 25] = 13;
    }
    // The last one that is reached tells that all others were.
    bytes[(pages - stride) * pageSize + 25] = 5;
    const outcome = await scan(layerFrom(smallFile("var/lib/rpm/Packages", bytes)));
    expect(outcome).toMatchObject({ kind: "scanned", warnings: [expect.stringContaining("page of a wrong type")] });
  });
});

describe("a list of packages", { timeout: 300_000 }, () => {
  it.each([
    ["app/vendor/composer/installed.json", '{"packages":[', "{},", "{}]}", 60],
    ["app/vendor/composer/installed.json", '{"packages":[', '{"name":"a/b","version":"1"},', "{}]}", 60],
    ["app/vendor/composer/installed.json", '{"packages":[', "{},", "{}]}", 7],
    ["app/a.deps.json", '{"libraries":[', "{},", "{}]}", 14],
    ["app/a.deps.json", '{"libraries":[', "{},", "{}]}", 7],
    ["app/package-lock.json", '{"packages":{"a":[', "[],", "[]]}}", 7],
    ["app/pnpm-lock.yaml", "lockfileVersion: '9.0'\n\npackages:\n\n", "  a:\n", "", 7],
    ["app/yarn.lock", "# yarn lockfile v1\n\n", "a:\n", "", 7],
    ["app/yarn.lock", "__metadata:\n  version: 8\n\n", "a:\n", "", 7],
    ["lib/apk/db/installed", "P:abc\nV:1.2.5-r0\n", "F:a\nR:b\n", "", 60],
    ["lib/apk/db/installed", "", "P:abc\nV:1.2.5-r0\nA:x86_64\n\n", "", 60],
    ["usr/lib/python3/dist-packages/a-1.dist-info/RECORD", "", "a,,\n", "", 30],
    ["var/lib/dpkg/info/a.list", "", "/a\n", "", 60],
  ])("%s that begins with %j and goes on with %j takes no more memory", async (path, start, unit, end, megabytes) => {
    const pool = Buffer.from(unit.repeat(Math.floor(2 ** 20 / unit.length)));
    const size = start.length + megabytes * pool.length + end.length;
    const header = tarHeader({ path, type: "file", mode: 0o644, mtime: 0, size });
    const content = [Buffer.from(start), ...Array.from({ length: megabytes }, () => pool), Buffer.from(end)];
    expectNamed(await scan(layerFrom([header, ...content, tarPadding(size)])), path);
  });

  const jar = makeZip({ "META-INF/maven/g/a/pom.properties": "groupId=g\nartifactId=a\nversion=1\n" });
  it.each<[string, (at: number) => string, string | Uint8Array]>([
    ["maven", (at) => `app/lib/a${at}-1.jar`, jar],
    ["npm", (at) => `app/${at}/node_modules/a/package.json`, '{"name":"a","version":"1"}'],
    ["pypi", (at) => `opt/${at}/a-1.dist-info/METADATA`, "Metadata-Version: 2.1\nName: a\nVersion: 1\n\n"],
    ["deb", (at) => `var/lib/dpkg/status.d/p${at}`, "Package: a\nVersion: 1\nArchitecture: amd64\n"],
  ])("of %s that has one package at 50 000 places is done with in bounded time", async (type, pathOf, content) => {
    function* each(): Generator<Uint8Array> {
      for (let at = 0; at < 50_000; at++) yield* smallFile(pathOf(at), content);
    }
    const outcome = await scan(layerFrom(each()));
    if (outcome.kind === "refused") expect(outcome.code).toBe("FACTS_TOO_LARGE");
    else expect(outcome.purls).toEqual([expect.stringMatching(`^pkg:${type}/`)]);
  });
});

describe("archives in archives", { timeout: 120_000 }, () => {
  const properties = "groupId=g\nartifactId=a\nversion=1\n";
  const jar = makeZip({ "META-INF/maven/g/a/pom.properties": properties });

  it.each([3, 100, 10_000])("%i deep are opened for a while and no longer", async (depth) => {
    const outcome = await scan(layerOf({ "app/a.jar": nestedArchives(depth, jar) }));
    if (outcome.kind === "scanned" && outcome.packages === 0 && depth > 3) expectNamed(outcome, "app/a.jar");
    else expect(outcome.kind).toBe("scanned");
  });

  it("ten thousand in one are done with in bounded time", async () => {
    const inner = jar.toString("latin1");
    const names = Array.from({ length: 10_000 }, (_, at) => [`BOOT-INF/lib/library-${at}-1.0.jar`, inner]);
    const outcome = await scan(layerOf({ "app/a.jar": makeZip(Object.fromEntries(names), { stored: true }) }));
    expect(outcome).toMatchObject({ kind: "scanned" });
  });

  it("that name the same content again and again are not unpacked each time", async () => {
    const content = Buffer.alloc(2 ** 24, "#");
    const packed = { deflated: deflateRawSync(content), size: content.length };
    const outcome = await scan(layerOf({ "app/a.jar": overlappingArchive(20_000, packed) }));
    expect(outcome).toMatchObject({ kind: "scanned" });
  });

  it("that unpack to gigabytes are not unpacked whole", async () => {
    const packed = deflateRawSync(Buffer.alloc(2 ** 29));
    const bomb = overlappingArchive(1, { deflated: packed, size: 2 ** 29 });
    const lying = overlappingArchive(1, { deflated: packed, size: 100 });
    const outcome = await scan(layerOf({ "app/a.jar": bomb, "app/b.jar": lying }));
    expect(outcome).toMatchObject({ kind: "scanned" });
  });
});

describe("package.json", { timeout: 300_000 }, () => {
  it("of a gigabyte is not read, and named", async () => {
    const path = "app/node_modules/a/package.json";
    const start = Buffer.from('{"name":"a","version":"1","x":"');
    expectNamed(await scan(layerFrom(largeFile(path, { size: gigabyte, pool: compressible, start }))), path);
  });

  it("nested as deep as its size allows harms nothing", async () => {
    const deep = `{"name":"a","version":"1","x":${"[".repeat(400_000)}${"]".repeat(400_000)}}`;
    const outcome = await scan(layerOf({ "app/node_modules/a/package.json": deep }));
    expect(outcome).toMatchObject({ kind: "scanned" });
  });

  const count = thorough ? 1_000_000 : 100_000;
  // A million in a folder each are two million paths, besides the findings that there is room for.
  const bounds = thorough ? { seconds: 120, megabytes: 250 } : {};
  it(`by the ${count} are read within bounded memory, as far as there is room, or refused`, async () => {
    function* each(): Generator<Uint8Array> {
      for (let number = 0; number < count; number++) {
        const folder = `app/${Math.floor(number / 1000)}/node_modules/m${number}`;
        yield* smallFile(`${folder}/package.json`, `{"name":"m${number}","version":"1.0.0","license":"MIT"}`);
      }
    }
    const outcome = await scanWithin(bounds, [layerFrom(each())]);
    if (outcome.kind === "refused") expect(outcome.code).toBe("FACTS_TOO_LARGE");
    else if (outcome.packages < count) expect(outcome.warnings.join("\n")).toContain("not looked into");
  });
});
