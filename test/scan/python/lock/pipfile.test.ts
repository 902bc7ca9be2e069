import { describe, expect, it } from "vitest";
import { parsePipfileLock } from "../../../../src/scan/python/lock/pipfile.ts";

describe("Pipfile.lock", () => {
  it("pins packages for running and for development", () => {
    const json = {
      _meta: { x: { version: "==9" } },
      default: { requests: { version: "==2.28.1", hashes: [] }, local: { path: "." }, bad: 1 },
      develop: { pytest: { version: "==7.0" }, loose: { version: "*" } },
    };
    expect(parsePipfileLock(JSON.stringify(json))).toEqual([
      { name: "requests", version: "2.28.1", requires: [] },
      { name: "pytest", version: "7.0", requires: [] },
    ]);
  });

  it.each(["{", "[]", "1"])("is refused as %s", (text) => {
    expect(() => parsePipfileLock(text)).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID" }));
  });
});
