import { describe, expect, it } from "vitest";
import type { SbomFormat } from "../../src/sbom/formats.ts";
import { readSbom } from "../../src/sbom/read.ts";
import { renderSbom } from "../../src/sbom/write.ts";
import { exampleSbom, richSbom, written } from "../sbom/example.ts";
import { envelope, otherSpdx3, statement, syftDocument, trivyCyclonedx, trivySpdx } from "../sbom/foreign.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const formats: readonly SbomFormat[] = ["json", "spdx", "spdx-3", "cyclonedx", "cyclonedx-1.7", "syft-json"];
const own = formats.map((format) => [format, JSON.parse(renderSbom(richSbom, format, written))] as const);
const documents: readonly (readonly [string, unknown])[] = [
  ...own,
  ["what Trivy writes as SPDX", trivySpdx],
  ["what Trivy writes as CycloneDX", trivyCyclonedx],
  ["what syft writes", syftDocument],
  ["SPDX 3 of others", otherSpdx3],
  ["a statement", statement(trivySpdx, "https://spdx.dev/Document")],
  ["an envelope", envelope(statement(trivyCyclonedx, "https://cyclonedx.org/bom"))],
];

const oddities = [
  null,
  "",
  "\u0000",
  "pkg:",
  "pkg:npm/%",
  "hardpan {",
  'hardpan {"purl":1}',
  "hardpan {}",
  "(".repeat(500),
  "__proto__",
  -1,
  2 ** 60,
  true,
  [],
  {},
  [[]],
  [null],
  ["a"],
  { name: "a" },
];

/** `value` with one value in it replaced, removed or put where another was. */
function mutateValue(value: unknown, random: (limit: number) => number): unknown {
  const copy: unknown = structuredClone(value);
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const walk = (holder: unknown) => {
    if (!isHolder(holder)) return;
    for (const key of Object.keys(holder)) {
      places.push({ holder, key });
      walk(holder[key]);
    }
  };
  walk(copy);
  const place = places[random(places.length)];
  const other = places[random(places.length)];
  if (place === undefined || other === undefined) return copy;
  const kind = random(3);
  if (kind === 0) delete place.holder[place.key];
  else
    place.holder[place.key] = kind === 1 ? oddities[random(oddities.length)] : structuredClone(other.holder[other.key]);
  return copy;
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

describe.each(documents)("%s under mutation", (_, document) => {
  it("is read or refused when its bytes change, and what is read can be written", async () => {
    const random = seeded(31);
    const bytes = Buffer.from(JSON.stringify(document));
    for (let round = 0; round < fuzzRounds(200); round++) {
      const changed = mutate(bytes, random);
      await readsOrRefuses(() => readAndWrite(changed, random));
    }
  });

  it("is read or refused when its values change, and what is read can be written", async () => {
    const random = seeded(32);
    let read = 0;
    for (let round = 0; round < fuzzRounds(200); round++) {
      const changed = Buffer.from(JSON.stringify(mutateValue(mutateValue(document, random), random)));
      if (await readsOrRefuses(() => readAndWrite(changed, random))) read++;
    }
    expect(read).toBeGreaterThan(0);
  });
});

/** What was read is written in some format, and read from that it is what it was. */
function readAndWrite(bytes: Uint8Array, random: (limit: number) => number): void {
  const { sbom } = readSbom(bytes, "fuzz");
  const format = formats[random(formats.length)] ?? "json";
  expect(readSbom(renderSbom(sbom, format, written), "fuzz").sbom).toEqual(sbom);
}

describe("the documents that are fuzzed", () => {
  it("can all be read as they are", () => {
    for (const [, document] of documents) expect(readSbom(JSON.stringify(document), "x").sbom.packages).not.toEqual([]);
    for (const format of formats)
      expect(readSbom(renderSbom(exampleSbom, format, written), "x").sbom.packages).toHaveLength(7);
  });
});
