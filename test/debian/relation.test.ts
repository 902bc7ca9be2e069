import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatRelation,
  formatRelations,
  parseRelations,
  type Relation,
  relationAppliesTo,
  satisfies,
} from "../../src/debian/relation.ts";
import { parseStanzas } from "../../src/debian/stanza.ts";

const plain = { archQualifier: null, operator: null, version: null, architectures: [], profiles: null };

describe("parseRelations", () => {
  it.each<[string, readonly (readonly Partial<Relation>[])[]]>([
    ["", []],
    [" , ,", []],
    ["libc6", [[{ name: "libc6" }]]],
    ["libc6 (>= 2.36)", [[{ name: "libc6", operator: ">=", version: "2.36" }]]],
    ["libc6(>=2.36)", [[{ name: "libc6", operator: ">=", version: "2.36" }]]],
    ["libc6 ( = 2.36 )", [[{ name: "libc6", operator: "=", version: "2.36" }]]],
    ["a (2)", [[{ name: "a", operator: "=", version: "2" }]]],
    [
      "a (< 2), b (> 2)",
      [[{ name: "a", operator: "<=", version: "2" }], [{ name: "b", operator: ">=", version: "2" }]],
    ],
    [
      "a (<< 2), b (>> 1:2-3)",
      [[{ name: "a", operator: "<<", version: "2" }], [{ name: "b", operator: ">>", version: "1:2-3" }]],
    ],
    ["default-mta | mail-transport-agent", [[{ name: "default-mta" }, { name: "mail-transport-agent" }]]],
    ["python3:any (>= 3.5~)", [[{ name: "python3", archQualifier: "any", operator: ">=", version: "3.5~" }]]],
    ["gcc:amd64", [[{ name: "gcc", archQualifier: "amd64" }]]],
    ["a [amd64 !arm64]", [[{ name: "a", architectures: ["amd64", "!arm64"] }]]],
    [
      "a (>= 1) [linux-any] <!nocheck> <cross !stage1>",
      [
        [
          {
            name: "a",
            operator: ">=",
            version: "1",
            architectures: ["linux-any"],
            profiles: "<!nocheck> <cross !stage1>",
          },
        ],
      ],
    ],
    ["libstdc++6,\n g++-12", [[{ name: "libstdc++6" }], [{ name: "g++-12" }]]],
  ])("reads %j", (text, expected) => {
    expect(parseRelations(text)).toEqual(
      expected.map((alternatives) => alternatives.map((relation) => ({ ...plain, ...relation }))),
    );
  });

  it.each([
    "a |",
    "| a",
    "a b",
    "a (",
    "a (>=)",
    "a (>= )",
    "a (>= 1 2)",
    "a (=> 1)",
    "a (>= 1",
    "a [amd64",
    "a <x",
    "(>= 1)",
    "a:",
    "a (>= 1) junk",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a substitution variable of control files
    "${shlibs:Depends}",
    "ü",
  ])("refuses %j", (text) => {
    expect(() => parseRelations(text)).toThrow(expect.objectContaining({ code: "DEBIAN_RELATION_INVALID" }));
  });

  it("names the part and the field in its error", () => {
    expect(() => parseRelations("good, bad one, other")).toThrow(
      'not a package relation: "bad one" in "good, bad one, other"',
    );
  });

  it.skipIf(!existsSync("/var/lib/dpkg/status"))(
    "reads and prints all relations of this machine's packages unchanged (needs a Debian machine)",
    () => {
      const fields = [
        "Depends",
        "Pre-Depends",
        "Recommends",
        "Suggests",
        "Provides",
        "Replaces",
        "Breaks",
        "Conflicts",
        "Enhances",
      ];
      let seen = 0;
      for (const stanza of parseStanzas(readFileSync("/var/lib/dpkg/status", "utf8"))) {
        for (const text of fields.map((field) => stanza.get(field)).filter((value) => value !== null)) {
          expect(formatRelations(parseRelations(text))).toBe(
            text
              .replaceAll(/\s*\|\s*/g, " | ")
              .replaceAll(/\s*,\s*/g, ", ")
              .replaceAll(/\((<<|<=|=|>=|>>)(?=\S)/g, "($1 "),
          );
          seen++;
        }
      }
      expect(seen).toBeGreaterThan(0);
    },
  );
});

describe("formatRelation", () => {
  const relation = fc.record({
    name: fc.stringMatching(/^[a-z0-9][a-z0-9+.-]{0,10}$/),
    archQualifier: fc.constantFrom(null, "any", "amd64"),
    restriction: fc.option(
      fc.record({
        operator: fc.constantFrom("<<", "<=", "=", ">=", ">>"),
        version: fc.stringMatching(/^[0-9][a-z0-9.+~:-]{0,10}$/),
      }),
    ),
    architectures: fc.array(fc.constantFrom("amd64", "!arm64", "linux-any"), { maxLength: 2 }),
    profiles: fc.constantFrom(null, "<!nocheck>", "<a b> <!c>"),
  });

  it("prints what parseRelations reads back", () => {
    fc.assert(
      fc.property(relation, ({ restriction, ...rest }) => {
        const whole = { ...rest, operator: restriction?.operator ?? null, version: restriction?.version ?? null };
        expect(parseRelations(formatRelation(whole))).toEqual([[whole]]);
      }),
    );
  });
});

describe("relationAppliesTo", () => {
  it.each([
    ["a", "amd64", true],
    ["a [amd64 arm64]", "arm64", true],
    ["a [amd64 arm64]", "i386", false],
    ["a [!amd64]", "amd64", false],
    ["a [!amd64 !i386]", "arm64", true],
    ["a [linux-any]", "arm64", true],
    ["a [any]", "arm64", true],
    ["a [any-arm64]", "arm64", true],
    ["a [any-arm64]", "amd64", false],
    ["a [kfreebsd-any]", "amd64", false],
    ["a [hurd-any]", "hurd-i386", true],
    ["a [!linux-any]", "amd64", false],
  ])("says of %s on %s: %s", (text, architecture, expected) => {
    const [[relation] = []] = parseRelations(text);
    expect(relation && relationAppliesTo(relation, architecture)).toBe(expected);
  });
});

describe("satisfies", () => {
  it.each([
    ["a", "0", true],
    ["a (<< 2)", "1", true],
    ["a (<< 2)", "2", false],
    ["a (<= 2)", "2-0", true],
    ["a (<= 2)", "2.1", false],
    ["a (= 2)", "2", true],
    ["a (= 2)", "2-1", false],
    ["a (>= 2)", "2~rc1", false],
    ["a (>= 2)", "1:1", true],
    ["a (>> 2)", "2", false],
    ["a (>> 2)", "2+b1", true],
  ])("%s by version %s: %s", (text, version, expected) => {
    const [[relation] = []] = parseRelations(text);
    expect(relation && satisfies(version, relation)).toBe(expected);
  });
});
