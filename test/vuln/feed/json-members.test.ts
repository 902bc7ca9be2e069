import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memberSplitter } from "../../../src/vuln/feed/json-members.ts";
import { isHeavy } from "../../../src/vuln/feed/weight.ts";

function split(text: string, options: { readonly chunk?: number; readonly limit?: number } = {}) {
  const bytes = Buffer.from(text);
  const splitter = memberSplitter({ file: "feed.json", limit: options.limit ?? 1000 });
  const found = [];
  const size = options.chunk ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) found.push(...splitter.push(bytes.subarray(at, at + size)));
  splitter.end();
  return found;
}

describe("a member of more values than are read", () => {
  const lists = "[],".repeat(2_000_000);
  const members = `"a":1,`.repeat(2_000_001);

  it.each([
    ["lists", `[1,\n[${lists}[]]]`],
    ["members", `[1,\n{${members}"b":1}]`],
    ["members of an object", `{"x":1,\n"a":{${members}"b":1}}`],
  ])("of %s is refused before it is parsed, with the line it begins on", (_, text) => {
    const options = { limit: 64 * 2 ** 20, chunk: 1 << 18 };
    expect(() => split(text, options)).toThrow(
      expect.objectContaining({
        code: "VULN_FEED_TOO_LARGE",
        message: expect.stringMatching(/feed.json line 1: more than 2000000 values/),
      }),
    );
    expect(isHeavy(text)).toBe(true);
  });

  it("is one of brackets that are no text's", () => {
    const text = JSON.stringify([`${"[".repeat(2_100_000)}"`, "{:".repeat(1_100_000)]);
    expect(isHeavy(text)).toBe(false);
    expect(split(text, { limit: 64 * 2 ** 20 })).toHaveLength(2);
  });
});

describe("cutting a JSON document into members", () => {
  it("gives an array's values and an object's entries with their lines", () => {
    expect(split('[\n1,\n{"a": [",]}"]}\n]')).toEqual([
      { key: null, value: 1, line: 1 },
      { key: null, value: { a: [",]}"] }, line: 2 },
    ]);
    expect(split(' {"a\\"":1,\n"b":{}} ')).toEqual([
      { key: 'a"', value: 1, line: 1 },
      { key: "b", value: {}, line: 1 },
    ]);
  });

  it("gives what JSON.parse gives, however the text is cut into chunks", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())),
        fc.nat(7),
        (value, n) => {
          const text = JSON.stringify(value, null, n % 3);
          const parsed: unknown = JSON.parse(text);
          const members = split(text, { chunk: n + 1, limit: 1e6 });
          const rebuilt = Array.isArray(parsed)
            ? members.map((member) => member.value)
            : Object.fromEntries(members.map((member) => [member.key, member.value]));
          expect(rebuilt).toEqual(parsed);
        },
      ),
    );
  });

  it.each([
    ["[1,2", "cut off"],
    ['{"a":1', "cut off"],
    ['["a', "cut off"],
    ["", "cut off"],
    ["[1,]", "line 1: not JSON"],
    ["[,1]", "line 1: not JSON"],
    ["[1]\n\n]", "line 3: text after the end"],
    ["[1}", "brackets do not match"],
    ["[\n{]}\n]", "brackets do not match|not JSON"],
    ['{"a":1,\n2}', "line 1: not JSON"],
    ["{1:2}", "line 1: not JSON"],
    ["nonsense", "line 1: not a JSON array or object"],
    ['"text"', "line 1: not a JSON array or object"],
  ])("refuses %j", (text, message) => {
    expect(() => split(text)).toThrow(expect.objectContaining({ code: "VULN_FORMAT_INVALID" }));
    expect(() => split(text)).toThrow(new RegExp(message));
  });

  it("refuses a member beyond the limit before it is complete", () => {
    const splitter = memberSplitter({ file: "feed.json", limit: 100 });
    splitter.push(Buffer.from('["'));
    const push = () => {
      for (let i = 0; i < 100; i++) splitter.push(Buffer.from("x".repeat(10)));
    };
    expect(push).toThrow(expect.objectContaining({ code: "VULN_FEED_TOO_LARGE" }));
  });
});
