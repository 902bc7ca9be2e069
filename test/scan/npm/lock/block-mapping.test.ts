import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readBlockMapping } from "../../../../src/scan/npm/lock/block-mapping.ts";

const text = `# a comment
lockfileVersion: '9.0'

packages:

  '@s/a@1.0.0(b@2)':
    resolution: {integrity: sha512-a+b/c==}
    engines: {node: '>= 1, < 3', npm: ">=6"}
    cpu: [x64, '!arm']
    deprecated: |-
      Not: a key
       at all
    bin: 'it''s: here'
  "b\\"@npm:1":
    version: 1.0.0 # not a part
    url: https://example.org/#anchor
    empty: {}
    none:
  ? "${"k".repeat(1500)}"
  : version: 5
  ? long
  :
    version: 6
  __proto__:
    version: 7
last: 'x'
`;

function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

describe("readBlockMapping", () => {
  it("reads what lock files have as YAML does, and passes over long texts", () => {
    const expected = plain(parse(text.replace("Not: a key\n       at all", "x"), { schema: "failsafe" }));
    const found = JSON.parse(
      JSON.stringify(plain(readBlockMapping(text))).replace('"deprecated":null', '"deprecated":"x"'),
    );
    expect(found).toEqual(
      JSON.parse(
        JSON.stringify(expected)
          .replace('"none":""', '"none":null')
          .replace(/"engines":[^}]*}/, '"engines":null'),
      ),
    );
  });

  it("takes the last document", () => {
    expect(plain(readBlockMapping("---\na: 1\n---\n  b: 2\n...\n"))).toEqual({ b: "2" });
  });

  it("passes over lists", () => {
    expect(plain(readBlockMapping("a:\n  - x: 1\n    y: 2\n  - z\nb:\n- x\nc: 1\n"))).toEqual({
      a: null,
      b: null,
      c: "1",
    });
  });

  it.each([
    ["a line without a key", "a: 1\nb\n"],
    ["a value further in than its key", "a: 1\n b:2\nc\n"],
    ["a key between two levels", "a:\n    b: 1\n  c: 1\n"],
    ["an open quote", "'a: 1\n"],
    ["an anchor", "a: &b 1\n"],
    ["a tag", "a: !b 1\n"],
    ["a tab", "a:\n\tb: 1\n"],
  ])("refuses %s", (_, broken) => {
    expect(() => readBlockMapping(broken)).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID" }));
  });
});
