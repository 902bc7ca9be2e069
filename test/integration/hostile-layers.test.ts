import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tarHeader } from "../../src/archive/tar-write.ts";
import { extension, paxRecord } from "../archive/examples.ts";
import { folder, hardLink, symlink } from "../facts/layers.ts";
import { statusStanza, trixie } from "../scan/tree.ts";
import { incompressible, smallFile } from "../support/image/contents.ts";
import {
  bomb,
  bombBehindTheEnd,
  deepPath,
  entryOfSize,
  layerFrom,
  layerOf,
  manyRecords,
  rawEntry,
  wideWindow,
} from "../support/image/hostile-layers.ts";
import { manyFiles } from "../support/image/large-images.ts";
import { type ScanOutcome, scanApart } from "../support/image/scan-apart.ts";
import type { ScanRequest } from "../support/image/scan-program.ts";
import { writeStreamedImage } from "../support/image/streamed-image.ts";
import type { StreamedLayer } from "../support/image/streamed-layer.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { long, thorough } from "./shared.ts";

/** An image whose one package is known by its file, below `layers`. */
const base = layerOf({
  "etc/os-release": trixie,
  "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
  "var/lib/dpkg/status": statusStanza({ Package: "libc6", Version: "2.41-12" }),
});
const baseFiles = ["etc/os-release", "etc/passwd", "var/lib/dpkg/status"];
const slow = thorough ? [] : ["takes minutes: runs with HARDPAN_TEST_ALL=1"];

async function scan(
  layers: readonly StreamedLayer[],
  options: { readonly limits?: ScanRequest["limits"]; readonly seconds?: number; readonly megabytes?: number } = {},
): Promise<ScanOutcome> {
  const directory = join(await temporaryFolder(), "image");
  await writeStreamedImage(directory, layers);
  const { limits, ...bounds } = options;
  const outcome = await scanApart({ directory, ...(limits === undefined ? {} : { limits }) }, bounds);
  await rm(directory, { recursive: true });
  return outcome;
}

/** The paths of an image that was scanned, sorted. */
async function pathsOf(...layers: readonly StreamedLayer[]): Promise<readonly string[]> {
  const outcome = await scan([base, ...layers]);
  expect(outcome).toMatchObject({ kind: "scanned" });
  return outcome.kind === "scanned" ? outcome.paths : [];
}

describe("whiteouts", { timeout: 120_000 }, () => {
  it.each([
    ["that have no name", ".wh."],
    ["of the root by a dot", ".wh.."],
    ["of what is above the root", ".wh..."],
    ["of a folder by a dot", "etc/.wh.."],
    ["of a folder's own folder by two dots", "etc/.wh..."],
    ["without a name in a folder", "etc/.wh."],
    ["of names that only whiteouts have", ".wh..wh.etc"],
    ["of what is not there", "no/such/.wh.file"],
    ["in a folder that a whiteout's name has", ".wh.none/file"],
  ])("%s take nothing away", async (_, path) => {
    expect(await pathsOf(layerOf({ [path]: "" }))).toEqual(expect.arrayContaining(baseFiles));
  });

  it("of a folder, after a new file in it, take away only what lower layers have there", async () => {
    expect(await pathsOf(layerOf({ "etc/new": "1", ".wh.etc": "" }))).toEqual(["etc/new", "var/lib/dpkg/status"]);
  });

  it("of a file of the same layer leave that file", async () => {
    expect(await pathsOf(layerOf({ "etc/new": "1", "etc/.wh.new": "", "etc/.wh.passwd": "" }))).toEqual([
      "etc/new",
      "etc/os-release",
      "var/lib/dpkg/status",
    ]);
  });

  it("through a link that leads out of the root take away inside the image", async () => {
    const link = layerOf({ out: symlink("../../../etc") });
    expect(await pathsOf(link, layerOf({ "out/.wh.passwd": "" }))).toEqual([
      "etc/os-release",
      "out",
      "var/lib/dpkg/status",
    ]);
  });

  it("that make folders opaque count in whatever form they come", async () => {
    const opaque = { ".wh..wh..opq": "" };
    expect(await pathsOf(layerOf(opaque), layerOf({ file: "" }))).toEqual(["file"]);
    expect(await pathsOf(layerOf({ "etc/.wh..wh..opq": folder }))).toEqual(["var/lib/dpkg/status"]);
    expect(await pathsOf(layerOf({ "etc/.wh..wh..opq": symlink("/var") }))).toEqual(["var/lib/dpkg/status"]);
    expect(await pathsOf(layerOf({ "etc/passwd/.wh..wh..opq": "" }))).toEqual(expect.arrayContaining(baseFiles));
  });

  it("by the hundred thousand are done with in bounded time", async () => {
    const [files] = manyFiles({ files: 100_000, layers: 1 });
    function* each(name: (number: number) => string): Generator<Uint8Array> {
      for (let number = 0; number < 100_000; number++) {
        yield* smallFile(`srv/app/${Math.floor(number / 1000)}/${name(number)}`, "");
      }
    }
    const padded = (number: number) => `.wh.file-${String(number).padStart(7, "0")}.js`;
    const layers = [layerFrom(each(padded)), layerFrom(each((number) => `${number}/.wh..wh..opq`))];
    expect(await scan([base, files ?? base, ...layers])).toMatchObject({ kind: "scanned" });
  });
});

describe("links", { timeout: 120_000 }, () => {
  it("that lead out of the root bring nothing of this machine into the bill", async () => {
    const links = { "var/lib/dpkg/status": symlink("../../../../../../../../../../../../var/lib/dpkg/status") };
    expect(await scan([layerOf({ "etc/os-release": trixie, ...links })])).toMatchObject({
      kind: "scanned",
      packages: 0,
    });
    const absolute = layerOf({ "etc/os-release": symlink("/proc/self/root/etc/os-release") });
    expect(await scan([absolute])).toMatchObject({ kind: "scanned", packages: 0 });
  });

  it.each([
    ["a hard link that leads out", rawEntry("etc/shadow", { 156: "1", 157: "../../etc/shadow" })],
    ["an absolute hard link", rawEntry("etc/shadow", { 156: "1", 157: "/etc/shadow" })],
    ["an entry that leads out", rawEntry("../../etc/shadow")],
    ["a link that leads nowhere", rawEntry("etc/shadow", { 156: "2" })],
  ])("as %s are refused", async (_, entry) => {
    expect(await scan([base, layerFrom([entry])])).toMatchObject({ kind: "refused", code: "FACTS_LAYER_INVALID" });
  });

  it("in loops are followed for a while and no longer", async () => {
    const loops = layerOf({
      "etc/os-release": symlink("os-release"),
      "usr/lib/os-release": symlink("../../etc/os-release"),
      "var/lib/dpkg": symlink("dpkg"),
      a: symlink("b"),
      b: symlink("a"),
      "c/d": symlink("../c"),
    });
    const through = layerOf({ "a/file": "1", "c/d/d/d/d/file": "2", "var/lib/dpkg/status": "Package: x\n" });
    expect(await scan([loops, through])).toMatchObject({ kind: "scanned", packages: 0 });
  });

  it("to one another, a hundred thousand in a row, are done with in bounded time", async () => {
    function* chain(type: "symlink" | "link"): Generator<Uint8Array> {
      yield* smallFile(`${type}-0`, "");
      for (let number = 1; number < 100_000; number++) {
        const linkPath = `${type}-${number - 1}`;
        yield tarHeader({ path: `${type}-${number}`, type, mode: 0o777, mtime: 0, linkPath });
      }
    }
    const layers = [layerFrom(chain("symlink"), chain("link")), layerOf({ "symlink-99999/file": "" })];
    expect(await scan([base, ...layers])).toMatchObject({ kind: "scanned" });
  });

  it("of one file to itself are no files", async () => {
    const self = rawEntry("var/lib/dpkg/status", { 156: "1", 157: "var/lib/dpkg/status" });
    expect(await scan([layerFrom([self])])).toMatchObject({ kind: "scanned", packages: 0 });
    expect(await scan([layerOf({ "a/package.json": hardLink("b"), b: hardLink("a/package.json") })])).toMatchObject({
      kind: "scanned",
      packages: 0,
    });
  });
});

describe("a tar stream", { timeout: 120_000 }, () => {
  const invalid = { kind: "refused", code: "FACTS_LAYER_INVALID" };
  const tooLarge = { kind: "refused", code: "FACTS_TOO_LARGE" };

  it.each([
    ["that is cut short", [smallFile("etc/passwd", "x".repeat(2000)).next().value ?? Buffer.alloc(0)], invalid],
    ["that is none", [incompressible.subarray(0, 100_000)], invalid],
    ["with a negative size", [entryOfSize(0xff, 0xff)], invalid],
    ["with a size that no number holds", [entryOfSize(0x80, 0xff)], invalid],
    ["with an extended header of impossible size", [extension("x", paxRecord("size", "-1")), rawEntry("a")], invalid],
    ["with an extended header that lies of its length", [extension("x", "999 path=a\n"), rawEntry("a")], invalid],
    [
      "with a name of a million characters",
      [extension("x", paxRecord("path", "a".repeat(1e6))), rawEntry("a")],
      tooLarge,
    ],
    ["with a huge extended header", [extension("x", paxRecord("comment", "a".repeat(2e6))), rawEntry("a")], tooLarge],
    ["with very many extended records", [manyRecords(20_000), rawEntry("a")], tooLarge],
    [
      "with folders 100 000 levels deep",
      [extension("x", paxRecord("path", deepPath(100_000))), rawEntry("a")],
      tooLarge,
    ],
    ["with a sparse file", [rawEntry("a", { 156: "S" })], invalid],
  ])("%s is refused", async (title, parts, expected) => {
    const layer = title === "that is cut short" ? { parts } : layerFrom(parts);
    expect(await scan([base, layer])).toMatchObject(expected);
  });

  it("with names that are no UTF-8 is read", async () => {
    const name = Buffer.from([0x65, 0x74, 0x63, 0x2f, 0xff, 0xfe, 0xc3, 0x28]);
    const outcome = await scan([base, layerFrom([rawEntry(name)])]);
    expect(outcome).toMatchObject({ kind: "scanned", packages: 1, files: 4 });
  });

  it("with very many very long names is refused before they fill the memory", async () => {
    const long = "n".repeat(200);
    // Alike at their beginning, as only then they are packed small; and at their end.
    for (const nameOf of [(number: number) => `${long}${number}`, (number: number) => `${number}${long}`]) {
      function* each(): Generator<Uint8Array> {
        for (let number = 0; number < 500_000; number++) yield* smallFile(nameOf(number), "");
      }
      expect(await scan([base, layerFrom(each())])).toMatchObject(tooLarge);
      if (!thorough) break;
    }
  });

  it("with a thousand records for each of very many files is done with in bounded time", async () => {
    function* each(): Generator<Uint8Array> {
      yield manyRecords(990, "g");
      const own = extension("x", paxRecord("mtime", "1.5"));
      for (let number = 0; number < 100_000; number++) yield* [own, rawEntry(`srv/${number}`)];
    }
    expect(await scan([base, layerFrom(each())])).toMatchObject({ kind: "scanned" });
  });

  it("with folders thousands of levels deep, ever deeper through links, is done with in bounded time", async () => {
    function* deep(): Generator<Uint8Array> {
      for (let number = 0; number < 1000; number++) yield* smallFile(`${number}/${deepPath(4000)}`, "");
      yield* smallFile(`${deepPath(4000)}/file`, "");
    }
    const links = Array.from({ length: 20 }, (_, at) =>
      layerOf({ [`link-${at}`]: symlink(`${at === 0 ? "" : `link-${at - 1}/`}${deepPath(4000)}`) }),
    );
    const through = layerOf({ [`link-19/${deepPath(4000)}/file`]: "" });
    const outcome = await scan([base, layerFrom(deep()), ...links, through]);
    expect(["scanned", "refused"]).toContain(outcome.kind);
  });

  it.each(["gzip", "zstd"] as const)(
    "of %s that unpacks to 100 GB ends at its limit",
    async (compression) => {
      const outcome = await scan([base, bomb(100, compression)], { limits: { unpackedBytes: 2 ** 29 }, seconds: 15 });
      expect(outcome).toMatchObject(tooLarge);
    },
    120_000,
  );

  it("of Zstandard with the widest window there is in use is refused", async () => {
    const outcome = await scan([base, wideWindow()]);
    expect(outcome).toMatchObject({ ...tooLarge, message: expect.stringContaining("must hold more than 32 MiB") });
  });

  it("that goes on after its end for 100 GB is not unpacked any further", async () => {
    const outcome = await scan([base, bombBehindTheEnd(100)], { limits: { unpackedBytes: 2 ** 29 }, seconds: 15 });
    expect(outcome).toMatchObject({ kind: "scanned", packages: 1 });
  });

  it.skipIf(!thorough)(
    `that unpacks to 100 GB ends at the usual limits${slow.map((why) => ` (skipped: ${why})`).join("")}`,
    async () => {
      for (const layer of [bomb(100, "gzip"), bomb(100, "zstd")]) {
        expect(await scan([base, layer])).toMatchObject({
          ...tooLarge,
          message: expect.stringContaining("more than 100 times its size"),
        });
      }
    },
    long,
  );
});
