import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SbomFormat } from "../../src/sbom/formats.ts";
import type { Sbom } from "../../src/sbom/model.ts";
import { readSbom } from "../../src/sbom/read.ts";
import { renderSbom } from "../../src/sbom/write.ts";
import { bills } from "./bills.ts";
import { richSbom, written } from "./example.ts";

const documents: readonly SbomFormat[] = ["json", "spdx", "spdx-3", "cyclonedx", "cyclonedx-1.7", "syft-json"];
const pairs = documents.flatMap((first) => documents.map((second) => [first, second] as const));

function throughFormat(sbom: Sbom, format: SbomFormat): Sbom {
  return readSbom(renderSbom(sbom, format, written), "bill").sbom;
}

/** What every format keeps: all of a bill but the paths of files without owner, of which documents say the number only. */
function kept(sbom: Sbom): Sbom {
  return { ...sbom, unowned: { ...sbom.unowned, paths: [] } };
}

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
