import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCache } from "../../../src/cache/cache.ts";
import { readDefinition } from "../../../src/definition/parse.ts";
import { bundledParses, recordedParses } from "../../../src/flow/catalog/parse-cache.ts";
import { everything } from "../../definition/example.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const source = readDefinition(everything, { file: "x.yaml", include: () => "cmd: [x]\n" });

describe("what was read of a definition", () => {
  it("comes back as it was put", async () => {
    const cache = await openCache(await temporaryFolder());
    await recordedParses(cache).put(source.sha256, source);
    expect(await recordedParses(cache).get(source.sha256)).toEqual(source);
    expect(await recordedParses(cache).get("0".repeat(64))).toBeNull();
  });

  it("is forgotten when its record was damaged", async () => {
    const cache = await openCache(await temporaryFolder());
    const records: string[] = [];
    const watched = {
      ...cache,
      writeRecord: async (kind: string, key: string, value: unknown) => {
        records.push(join(cache.directory, "records", kind, `${key}.json`));
        await cache.writeRecord(kind, key, value);
      },
    };
    await recordedParses(watched).put(source.sha256, source);
    for (const file of records) await writeFile(file, '{"definition":{}}');
    expect(records).toHaveLength(1);
    expect(await recordedParses(cache).get(source.sha256)).toBeNull();
  });

  it("of a whole catalogue is kept at once, for that catalogue alone, and only what is still used", async () => {
    const cache = await openCache(await temporaryFolder());
    const first = await bundledParses(cache, "/one");
    for (const sha256 of ["a", "b"]) await first.put(sha256, source);
    expect(await (await bundledParses(cache, "/one")).get("a")).toBeNull();
    await first.save();
    expect(await (await bundledParses(cache, "/two")).get("a")).toBeNull();
    const second = await bundledParses(cache, "/one");
    expect(await second.get("a")).toEqual(source);
    await second.save();
    const third = await bundledParses(cache, "/one");
    expect([await third.get("a"), await third.get("b")]).toEqual([source, null]);
  });

  it("by another state of the reader is not used", async () => {
    const cache = await openCache(await temporaryFolder());
    const parses = await bundledParses(cache, "/one");
    await parses.put("a", source);
    await parses.save();
    const older = {
      ...cache,
      record: async (kind: string, key: string) => {
        const record = await cache.record(kind, key);
        return typeof record === "object" && record !== null ? { ...record, reader: "older" } : null;
      },
    };
    expect(await (await bundledParses(older, "/one")).get("a")).toBeNull();
  });
});
