import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openImage } from "../../src/facts/image.ts";
import type { Cataloger } from "../../src/scan/cataloger.ts";
import { ScanError } from "../../src/scan/error.ts";
import { type BoundedFinder, createFinder, interestIn } from "../../src/scan/finder.ts";
import { heldSize } from "../../src/scan/reading/reader.ts";
import { scanImage } from "../../src/scan/scan.ts";
import { hardLink, testImage } from "../facts/layers.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { catalogFiles } from "./harness.ts";
import { filesOpenIn } from "./reading/files-open.ts";

const sizes: Cataloger<number> = {
  name: "sizes",
  interest: { names: ["one"], endings: [".two"], folders: ["three/"] },
  reading: (path) => (path.includes("not") ? null : { limit: 10, read: (content) => content.length }),
  catalog: () => [],
};
const broken: Cataloger<number> = {
  name: "broken",
  interest: { names: ["one"] },
  reading: () => ({
    stream: () => ({
      write() {
        throw new ScanError("SCAN_FILE_INVALID", "it is broken", { hint: "mend it" });
      },
      end: () => 1,
    }),
  }),
  catalog: () => [],
};

/** Says how long a content is and what its last byte is. */
const places: Cataloger<readonly number[]> = {
  name: "places",
  interest: { names: ["database"] },
  reading: () => ({
    limit: heldSize + 1000,
    readAt: (content) => {
      if (content.uint8(0) === 0) throw new ScanError("SCAN_FILE_INVALID", "it is damaged", { hint: "mend it" });
      return [content.length, content.uint8(content.length - 1)];
    },
  }),
  catalog: () => [],
};

/** What `finder` finds in a database of that many bytes, given in pieces of 64 KiB. */
function findPlaces(finder: BoundedFinder, size: number, first = 1): unknown {
  const sink = finder.open("database", { size, type: "file" }, Buffer.from([first]));
  for (let at = 0; at < size; at += 2 ** 16) {
    const piece = Buffer.alloc(Math.min(2 ** 16, size - at), 7);
    if (at === 0) piece[0] = first;
    sink?.write(piece);
    piece.fill(0xaa);
  }
  return sink?.end();
}

describe("createFinder", () => {
  it("asks those whose names, endings or folders fit", () => {
    const interested = interestIn([sizes, broken]);
    const names = (path: string) => interested(path).map(({ name }) => name);
    expect(names("a/one")).toEqual(["sizes", "broken"]);
    expect(names("a/b.two")).toEqual(["sizes"]);
    expect(names("three/x")).toEqual(["sizes"]);
    expect(names("a/three/x")).toEqual([]);
    expect(names("one/x")).toEqual([]);
  });

  it("lets one cataloger fail without the others, and says so", () => {
    const sink = createFinder([broken, sizes]).open("one", { size: 3, type: "file" }, Buffer.from("abc"));
    sink?.write(Buffer.from("a"));
    sink?.write(Buffer.from("bc"));
    expect(sink?.end()).toEqual({ found: { sizes: 3 }, warnings: ["it is broken"] });
  });

  it("warns of a file that is larger than is read, and does not hold it", () => {
    const { warnings } = catalogFiles(sizes, { one: "x".repeat(11), "b.two": "x".repeat(10) });
    expect(warnings).toEqual([{ path: "one", reason: "it has 11 bytes, of which more than 10 are not read" }]);
  });

  it("passes over what nobody reads", () => {
    const finder = createFinder([sizes]);
    expect(finder.open("not/one", { size: 1, type: "file" }, Buffer.from("a"))).toBeNull();
    expect(finder.open("other", { size: 1, type: "file" }, Buffer.from("a"))).toBeNull();
    expect(finder.wants("a/one")).toBe(true);
    expect(finder.wants("not/one")).toBe(false);
  });

  it("stops where there is no room for more, and says so once", () => {
    const finder = createFinder([sizes], { room: 3000 });
    const open = (path: string) => finder.open(path, { size: 1, type: "file" }, Buffer.from("a"));
    const find = (path: string) => {
      const sink = open(path);
      sink?.write(Buffer.from("a"));
      return sink?.end();
    };
    const openBefore = open("1/one");
    expect([find("2/one"), find("3/one")]).toEqual(Array(2).fill({ found: { sizes: 1 }, warnings: [] }));
    expect(finder.isFull()).toBe(false);
    expect(find("4/one")).toEqual({ found: {}, warnings: [expect.stringContaining("this file and those after it")] });
    expect(finder.isFull()).toBe(true);
    expect(open("5/one")).toBeNull();
    expect(openBefore?.end()).toEqual({ found: {}, warnings: [] });
  });

  it.for([10, heldSize, heldSize + 1, heldSize + 1000])("reads at any place in a content of %i bytes", async (size) => {
    const temporary = await temporaryFolder();
    const finder = createFinder([places], { temporaryFolder: temporary });
    expect(findPlaces(finder, size)).toEqual({ found: { places: [size, 7] }, warnings: [] });
    expect(findPlaces(finder, size, 0)).toEqual({ found: {}, warnings: ["it is damaged"] });
    expect(filesOpenIn(temporary)).toBe(0);
    expect(finder.hasFailed()).toBe(false);
  });

  it("warns of what is too large to be read at places", () => {
    const { warnings } = { warnings: [], ...Object(findPlaces(createFinder([places]), heldSize + 1001)) };
    expect(warnings).toEqual([expect.stringContaining("are not read")]);
  });

  it("warns of what a machine without room for temporary files cannot read, and tells it from other warnings", async () => {
    const finder = createFinder([places], { temporaryFolder: join(await temporaryFolder(), "absent") });
    expect(findPlaces(finder, heldSize)).toMatchObject({ warnings: [] });
    expect(finder.hasFailed()).toBe(false);
    expect(findPlaces(finder, heldSize + 1)).toEqual({
      found: {},
      warnings: [expect.stringMatching(/temporary file in .*absent: ENOENT/)],
    });
    expect(finder.hasFailed()).toBe(true);
  });

  it("lets go of files whose reading nobody ended", async () => {
    const temporary = await temporaryFolder();
    const finder = createFinder([places], { temporaryFolder: temporary });
    finder.open("database", { size: heldSize + 1, type: "file" }, Buffer.from("a"))?.write(Buffer.from("a"));
    expect(filesOpenIn(temporary)).toBe(1);
    finder.close();
    expect(filesOpenIn(temporary)).toBe(0);
  });

  it("finds a package by the name of a hard link to a file of another name", async () => {
    const content = '{"name":"linked","version":"1.2.3"}';
    const layer = { "store/abc": content, "app/node_modules/linked/package.json": hardLink("store/abc") };
    const { store } = await testImage([layer]);
    const { sbom } = await scanImage(store, await openImage(store, "test"), { reference: "x" });
    expect(sbom.packages.map(({ purl, locations }) => [purl, locations])).toEqual([
      ["pkg:npm/linked@1.2.3", ["app/node_modules/linked/package.json"]],
    ]);
  });
});
