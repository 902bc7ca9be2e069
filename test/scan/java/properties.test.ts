import { describe, expect, it } from "vitest";
import { parseProperties } from "../../../src/scan/java/properties.ts";

describe("parseProperties", () => {
  it.each([
    ["#Generated\n!or so\nversion=1.0\ngroupId=org.example\n", { version: "1.0", groupId: "org.example" }],
    ["a:1\r\nb 2\rc\t=\t3 \n", { a: "1", b: "2", c: "3 " }],
    ["  a = \\\n   begun here\nb=1\\\\\nc=2", { a: "begun here", b: "1\\", c: "2" }],
    ["a\\=b=c\nd=\\u0041\\t\\q", { "a=b": "c", d: "A\tq" }],
    ["a=1\na=2", { a: "2" }],
    ["a\n=b", { a: "", "": "b" }],
    ["a=goes on\\", { a: "goes on" }],
    ["\n\n", {}],
  ])("reads %j", (text, properties) => {
    expect(Object.fromEntries(parseProperties(text))).toEqual(properties);
  });
});
