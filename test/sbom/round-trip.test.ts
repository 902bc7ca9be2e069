import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSbom } from "../../src/sbom/read.ts";
import { renderSbom } from "../../src/sbom/write.ts";
import { bills } from "./bills.ts";
import { documentFormats as documents, kept, throughFormat } from "./documents.ts";
import { richSbom, written } from "./example.ts";

const pairs = documents.flatMap((first) => documents.map((second) => [first, second] as const));

describe("a bill that is written and read back", () => {
  it.each(documents)("is the same bill in %s", (format) => {
    expect(throughFormat(richSbom, format)).toEqual(kept(richSbom));
  });

  it.each(documents)("is the same bill in %s, whatever is in it", (format) => {
    fc.assert(
      fc.property(bills, (sbom) => {
        expect(throughFormat(sbom, format)).toEqual(kept(sbom));
      }),
      { numRuns: 200 },
    );
  });

  it.each(pairs)("is the same after %s became %s", (first, second) => {
    expect(throughFormat(throughFormat(richSbom, first), second)).toEqual(kept(richSbom));
  });

  it("is written the same again, byte for byte", () => {
    for (const format of documents) {
      const text = renderSbom(richSbom, format, written);
      expect(renderSbom(readSbom(text, "bill").sbom, format, written)).toBe(text);
    }
  });
});
