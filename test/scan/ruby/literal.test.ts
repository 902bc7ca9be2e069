import { describe, expect, it } from "vitest";
import { isStatementEnd, literalAt } from "../../../src/scan/ruby/literal.ts";

const told: readonly (readonly [source: string, value: string | readonly string[]])[] = [
  [`"plain".freeze`, "plain"],
  [String.raw`"Andr\u00E9 \u{1F600} \"x\" \\ a\tb\#{no}"`, 'André 😀 "x" \\ a\tb#{no}'],
  [String.raw`'it\'s \n #{plain} \\'`, "it's \\n #{plain} \\"],
  ["%q<mini_portile2>.freeze", "mini_portile2"],
  ["%q(x)", "x"],
  ['Gem::Version.new("1.2")', "1.2"],
  ["Gem::Version.new( '1.2'.freeze )", "1.2"],
  ["[\"a\".freeze, 'b',\n  %q<c>]", ["a", "b", "c"]],
  ["[]", []],
  ['["a",]', ["a"]],
  ["%w[a  b\nc]", ["a", "b", "c"]],
];

const untold = [
  "VERSION",
  '"#{x}"',
  '"open',
  "[1]",
  '["a" "b"]',
  '["a"',
  "%q<open",
  "%w(open",
  "%q^x^",
  "Gem::Version.new(X)",
  'Gem::Version.new("1"',
  "",
  String.raw`%q<a\>b>`,
];

describe("literals of Ruby", () => {
  it.each(told)("%j says %j", (source, value) => {
    const literal = literalAt(`x = ${source}`, 3);
    expect(literal).toEqual({ value, end: `x = ${source}`.length });
  });

  it.each(untold)("%j has to be run to be known", (source) => {
    expect(literalAt(source, 0)).toBeNull();
  });

  it("are all of a statement where a condition, a comment or nothing follows", () => {
    for (const rest of ["", "\n", " # x", ";", " if s.respond_to? :x", "\r\n"])
      expect(isStatementEnd(rest, 0)).toBe(true);
    for (const rest of [' + "x"', ".sub(/a/, '')", " || x"]) expect(isStatementEnd(rest, 0)).toBe(false);
  });
});
