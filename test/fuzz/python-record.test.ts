import { describe, expect, it } from "vitest";
import { listedPaths } from "../../src/scan/python/place.ts";
import { parseInstalledFiles, parseRecord } from "../../src/scan/python/record.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const record = Buffer.from(`../../../bin/tool,sha256=abc,210
x/__init__.py,sha256=abc,12
"x/a, b.py",sha256=abc,1
"x/say ""hi"".py",,
x-1.0.dist-info/RECORD,,
`);
const site = "usr/lib/python3/dist-packages";

describe("lists of installed files under mutation", () => {
  it("are read or refused, and name nothing outside of Python's own tree", async () => {
    const random = seeded(42);
    let read = 0;
    for (let round = 0; round < fuzzRounds(2000); round++) {
      const text = mutate(record, random).toString();
      await readsOrRefuses(() => {
        for (const path of listedPaths(parseRecord(text), { folder: site, site })) {
          expect(path.startsWith("usr/"), path).toBe(true);
          read++;
        }
        listedPaths(parseInstalledFiles(text), { folder: `${site}/x.egg-info`, site });
      });
    }
    expect(read).toBeGreaterThan(5000);
  });

  it("end soon, however long their rows", () => {
    for (const piece of ['"', '""', ",", "/", "../", "a\n"]) {
      const start = performance.now();
      expect(parseRecord(`"${piece.repeat(400_000)}`).length).toBeLessThan(10);
      expect(performance.now() - start).toBeLessThan(2000);
    }
  });
});
