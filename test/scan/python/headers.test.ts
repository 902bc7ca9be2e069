import { describe, expect, it } from "vitest";
import { fieldOf, parseHeaders } from "../../../src/scan/python/headers.ts";

describe("headers", () => {
  it("are read up to the body, names in lower case, repeated ones in order", () => {
    const headers = parseHeaders("Name: six\nClassifier: a\nCLASSIFIER: b\n\nName: not this\n");
    expect([...headers]).toEqual([
      ["name", ["six"]],
      ["classifier", ["a", "b"]],
    ]);
  });

  it("keep the lines of a folded field, and take carriage returns for part of the line end", () => {
    const headers = parseHeaders("License: first\r\n        second\r\n\tthird\r\n \r\nName: x\r\n\r\nbody");
    expect(headers.get("license")).toEqual(["first\nsecond\nthird"]);
    expect(headers.get("name")).toEqual(["x"]);
  });

  it("end where a line is neither a field nor a continuation", () => {
    expect([...parseHeaders("Name: x\nthis is text\nVersion: 1\n").keys()]).toEqual(["name"]);
    expect([...parseHeaders("  lost\nName: x\n").keys()]).toEqual(["name"]);
    expect([...parseHeaders(": no name\nName: x\n").keys()]).toEqual([]);
  });

  it("have no value where old tools wrote UNKNOWN or nothing", () => {
    const headers = parseHeaders("Author: UNKNOWN\nLicense:\nName: x\n");
    expect(fieldOf(headers, "author")).toBeNull();
    expect(fieldOf(headers, "license")).toBeNull();
    expect(fieldOf(headers, "summary")).toBeNull();
    expect(fieldOf(headers, "name")).toBe("x");
  });

  it("of more lines than any tool writes are refused", () => {
    expect(() => parseHeaders("A: b\n".repeat(100_001))).toThrow(
      expect.objectContaining({ code: "SCAN_FILE_INVALID" }),
    );
    expect(parseHeaders("A: b\n".repeat(100_000)).get("a")).toHaveLength(100_000);
  });
});
