import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTable, openTable } from "../../../src/apt/index/table-file.ts";
import { temporaryFolder } from "../../support/temporary.ts";

type Rows = readonly (readonly [string, unknown])[];

async function writeTable(rows: Rows, identity = "identity"): Promise<string> {
  const path = join(await temporaryFolder(), "table");
  await writeFile(path, formatTable(rows, identity));
  return path;
}

describe("a table file", () => {
  it("gives back every value of a key, in order, nothing for another key, and all keys", async () => {
    const path = await temporaryFolder();
    const row = fc.tuple(fc.oneof(fc.constantFrom("a", "b", "a,", '"a"', "", "[", "é\n"), fc.string()), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 60 }), async (rows) => {
        await writeFile(join(path, "table"), formatTable(rows, "x"));
        const table = openTable(join(path, "table"), "x");
        for (const key of [...rows.map(([name]) => name), "absent-key"]) {
          const expected = rows.filter(([name]) => name === key).map(([, value]) => JSON.parse(JSON.stringify(value)));
          expect(table.get(key)).toEqual(expected);
        }
        for (const prefix of ["", "a", '"', "é"]) {
          const expected = rows.map(([name]) => name).filter((name) => name.startsWith(prefix));
          expect(table.keys(prefix).toSorted()).toEqual(expected.toSorted());
        }
        table.close();
      }),
      { numRuns: 40 },
    );
  });

  it("is the same bytes for the same rows", () => {
    const rows: Rows = [
      ["a", 1],
      ["b", { c: [2] }],
    ];
    expect([...formatTable(rows, "x")]).toEqual([...formatTable(rows, "x")]);
  });

  it("opens without being read as a whole: an answer costs one bucket", async () => {
    const rows = Array.from({ length: 20_000 }, (_, place): [string, unknown] => [`key-${place}`, "x".repeat(100)]);
    const path = await writeTable(rows);
    const started = performance.now();
    const table = openTable(path, "identity");
    for (let place = 0; place < 100; place++) expect(table.get(`key-${place * 17}`)).toEqual(["x".repeat(100)]);
    expect(performance.now() - started).toBeLessThan(500);
    table.close();
  });

  it("is refused under another identity", async () => {
    const path = await writeTable([["a", 1]]);
    expect(() => openTable(path, "other")).toThrow(expect.objectContaining({ code: "CACHE_CORRUPT" }));
  });

  it("answers right or not at all when any byte is flipped, added or missing", async () => {
    const rows = Array.from({ length: 40 }, (_, place): [string, unknown] => [`k${place % 10}`, [place, "text"]]);
    const path = await writeTable(rows);
    const bytes = await readFile(path);
    const answers = () => {
      const table = openTable(path, "identity");
      try {
        return Array.from({ length: 11 }, (_, place) => table.get(`k${place}`));
      } finally {
        table.close();
      }
    };
    const right = answers();
    const damaged = [...bytes.keys()].map((at) => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      return copy;
    });
    const shortened = [0, 10, 60, 200, bytes.length - 1].map((length) => bytes.subarray(0, length));
    for (const variant of [...damaged, ...shortened, Buffer.concat([bytes, Buffer.from("x")])]) {
      await writeFile(path, variant);
      expect(answers, `${variant.length} bytes`).toThrow(expect.objectContaining({ code: "CACHE_CORRUPT" }));
      await expect(readFile(path)).rejects.toMatchObject({ code: "ENOENT" });
    }
    await writeFile(path, bytes);
    expect(answers()).toEqual(right);
  });
});
