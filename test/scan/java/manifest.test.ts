import { describe, expect, it } from "vitest";
import { clausesOf, parseManifest } from "../../../src/scan/java/manifest.ts";

describe("parseManifest", () => {
  it("reads the main section alone, with folded lines put together", () => {
    const text = [
      "Manifest-Version: 1.0",
      "Implementation-Title: a name that is longer than the seventy-two byte",
      " s a line may have",
      "EMPTY:",
      "no attribute",
      "",
      "Name: org/example/",
      "Implementation-Title: of a package",
    ];
    for (const end of ["\n", "\r\n", "\r"]) {
      expect(Object.fromEntries(parseManifest(text.join(end)))).toEqual({
        "manifest-version": "1.0",
        "implementation-title": "a name that is longer than the seventy-two bytes a line may have",
        empty: "",
      });
    }
  });

  it("takes the last of a name given twice, and names in any case", () => {
    expect(parseManifest("A: 1\na: 2\n").get("a")).toBe("2");
  });

  it.each(["", " folded into nothing", "\n\n", ": no name", "\u0000\u0001"])("finds nothing in %j", (text) => {
    expect(parseManifest(text).size).toBe(0);
  });
});

describe("clausesOf", () => {
  it.each([
    ["org.example.a;singleton:=true", ["org.example.a"]],
    ['"https://example.org/a,b";x="1,2", b ;y', ["https://example.org/a,b", "b"]],
    ["", []],
    [" , ", []],
    ['"never closed', ["never closed"]],
  ])("parts %j", (header, clauses) => {
    expect(clausesOf(header)).toEqual(clauses);
  });
});
