import { describe, expect, it } from "vitest";
import { parseMetadata } from "../../../src/scan/python/metadata.ts";

const full = `Metadata-Version: 2.1
Name: PyYAML
Version: 6.0
License: MIT
Author: Kirill Simonov
Author-email: xi@example.net
Requires-Dist: Cython ; extra == "fast"
Requires-Dist: six

Name: in the description
`;

describe("metadata of a Python package", () => {
  it("says its name as written, version, licences, author and requirements", () => {
    expect(parseMetadata(full)).toEqual({
      name: "PyYAML",
      version: "6.0",
      licenses: ["MIT"],
      supplier: "Kirill Simonov <xi@example.net>",
      requires: ["six"],
    });
  });

  it.each([
    ["it names no package", "Version: 1\n"],
    ["it names no package", "Name: a b\nVersion: 1\n"],
    ["it gives no version of x", "Name: x\n"],
    ["it gives no version of x", "Name: x\nVersion: 1 2\n"],
  ])("is refused where %s", (message, text) => {
    expect(() => parseMetadata(text)).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID", message }));
  });
});
