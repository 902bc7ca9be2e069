import { describe, expect, it } from "vitest";
import { checkJson, parseJson, parseObject } from "../../src/scan/json.ts";

const refused = expect.objectContaining({ code: "SCAN_FILE_INVALID" });

describe("parseJson", () => {
  it.each([
    ['{"a":[1,"b"],"c":{}}', { a: [1, "b"], c: {} }],
    ["null", null],
    ['{"a":', undefined],
    ['"no end', undefined],
    ["", undefined],
  ])("reads %s", (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it("refuses values without end, of any kind", () => {
    for (const unit of ["{},", "[],", "1,", '"a",']) {
      expect(() => parseJson(`[${unit.repeat(250_000)}1]`)).toThrow(refused);
    }
  });

  it("refuses what is nested without end", () => {
    expect(() => parseJson(`${"[".repeat(101)}${"]".repeat(101)}`)).toThrow(refused);
    expect(() => parseJson('{"a":'.repeat(8_000))).toThrow(refused);
    expect(parseJson(`${"[".repeat(100)}${"]".repeat(100)}`)).toBeInstanceOf(Array);
  });

  it("does not count what stands in texts, escaped quotes among it", () => {
    const text = `"${'[{,\\"\\\\'.repeat(300_000)}"`;
    expect(parseJson(text)).toBe('[{,"\\'.repeat(300_000));
  });
});

describe("parseObject", () => {
  it("takes nothing else for an object", () => {
    expect(parseObject('{"a":1}')).toEqual({ a: 1 });
    for (const text of ["[]", "null", "1", "{"]) expect(parseObject(text)).toBeNull();
  });
});

describe("checkJson", () => {
  it("looks at nothing but size and depth", () => {
    expect(() => checkJson("{]}")).not.toThrow();
    expect(() => checkJson("[".repeat(101))).toThrow(refused);
  });
});
