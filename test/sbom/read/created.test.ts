import { describe, expect, it } from "vitest";
import { creationTime } from "../../../src/sbom/read/created.ts";
import { readSbom } from "../../../src/sbom/read.ts";
import { renderSbom } from "../../../src/sbom/write.ts";
import { exampleSbom, written } from "../example.ts";

describe("the time a document was made", () => {
  it.each(["spdx", "spdx-3", "cyclonedx", "cyclonedx-1.7"] as const)("is read of %s, and written again", (format) => {
    const { sbom, created } = readSbom(renderSbom(exampleSbom, format, written), "bill");
    expect(created).toBe("2026-01-31T12:00:00.000Z");
    const text = renderSbom(sbom, format, written);
    expect(renderSbom(sbom, format, { ...written, created: created ?? "" })).toBe(text);
  });

  it.each(["json", "syft-json"] as const)("is not known of %s", (format) => {
    expect(readSbom(renderSbom(exampleSbom, format, written), "bill").created).toBeNull();
  });

  it("is given in UTC, and left out where it is none", () => {
    expect(creationTime({ metadata: { timestamp: "2026-01-31T13:00:00+01:00" } })).toBe("2026-01-31T12:00:00.000Z");
    for (const timestamp of ["yesterday", "2026-13-31T13:00:00Z", "12", 12, null]) {
      expect(creationTime({ metadata: { timestamp } })).toBeNull();
    }
    expect(
      creationTime({ creationInfo: "2026-01-31T13:00:00Z", "@graph": [null, 1, { type: "CreationInfo" }] }),
    ).toBeNull();
  });
});
