import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../src/archive/bytes.ts";
import {
  type Field,
  formatStanza,
  parseStanza,
  parseStanzas,
  readStanzas,
  type Stanza,
} from "../../src/debian/stanza.ts";
import { has, run } from "../support/program.ts";

const invalid = (message: RegExp) =>
  expect.objectContaining({ code: "DEB822_INVALID", message: expect.stringMatching(message) });
const fieldsOf = (stanza: Stanza) => stanza.fields.map(({ name, value }) => [name, value]);
const first = (text: string) => parseStanza(text);

describe("parseStanzas", () => {
  it("separates stanzas at empty lines, of which there may be many, and counts lines", () => {
    const text = "\n\nPackage: a\nVersion: 1\n\n \t\n\nPackage: b\n\n\n";
    expect([...parseStanzas(text)].map((stanza) => [stanza.line, fieldsOf(stanza)])).toEqual([
      [
        3,
        [
          ["Package", "a"],
          ["Version", "1"],
        ],
      ],
      [8, [["Package", "b"]]],
    ]);
    expect([...parseStanzas("")]).toEqual([]);
    expect([...parseStanzas("\n \n")]).toEqual([]);
  });

  it("joins continuation lines, each without the one character that marks it", () => {
    expect(first("Description: short\n long text\n .\n  indented\n\ttabbed \nNext:x\n").fields).toEqual([
      { name: "Description", value: "short\nlong text\n.\n indented\ntabbed" },
      { name: "Next", value: "x" },
    ]);
    expect(first("SHA256:\n abc 1 x\n def 2 y\n").get("SHA256")).toBe("\nabc 1 x\ndef 2 y");
  });

  it("finds a field by its name in any case and keeps the name as written", () => {
    const stanza = first("Multi-Arch: same\nSHA256: x\n");
    expect([stanza.get("multi-arch"), stanza.get("MULTI-ARCH"), stanza.get("sha256"), stanza.get("absent")]).toEqual([
      "same",
      "same",
      "x",
      null,
    ]);
    expect(stanza.fields.map(({ name }) => name)).toEqual(["Multi-Arch", "SHA256"]);
  });

  it("takes values with colons, empty values, Windows line ends and a missing last newline", () => {
    expect(fieldsOf(first("A: b: c\r\nB:\r\nC:  padded  "))).toEqual([
      ["A", "b: c"],
      ["B", ""],
      ["C", "padded"],
    ]);
  });

  it("skips comments only when asked to", () => {
    const text = "# head\nA: 1\n# between\n more\n#\n\nB: 2\n";
    expect([...parseStanzas(text, { comments: true })].map(fieldsOf)).toEqual([[["A", "1\nmore"]], [["B", "2"]]]);
    expect(() => [...parseStanzas(text)]).toThrow(invalid(/line 1: "# head" is not a field/));
  });

  it.each([
    ["A: 1\nno colon here\n", /Packages, line 2: "no colon here" is not a field/],
    ["A: 1\nbad name: 2\n", /Packages, line 2: "bad name: 2" has a field name/],
    [": 2\n", /Packages, line 1: ": 2" has a field name/],
    ["-A: 2\n", /Packages, line 1/],
    ["Ä: 2\n", /Packages, line 1/],
    [" A: 1\n", /Packages, line 1: " A: 1" continues a field, but none has begun/],
    ["A: 1\n\n B: 2\n", /Packages, line 3/],
    ["A: 1\nB: 2\na: 3\n", /Packages, line 3: "a: 3" gives the field a a second time/],
  ])("refuses %j with the line", (text, message) => {
    expect(() => [...parseStanzas(text, { what: "Packages" })]).toThrow(invalid(message));
  });

  it.skipIf(!has("dpkg-query") || !existsSync("/var/lib/dpkg/status"))(
    "reads this machine's dpkg status as dpkg does (needs dpkg)",
    () => {
      const stanzas = [...parseStanzas(readFileSync("/var/lib/dpkg/status", "utf8"))];
      // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query has the same notation
      const format = "${Package}\\t${Version}\\t${Architecture}\\t${Depends}\\t${Status}\\n";
      const expected = run("dpkg-query", ["-W", "-f", format]).trimEnd().split("\n").sort();
      const fields = ["Package", "Version", "Architecture", "Depends", "Status"];
      expect(stanzas.map((stanza) => fields.map((field) => stanza.get(field) ?? "").join("\t")).sort()).toEqual(
        expected,
      );
    },
  );
});

describe("parseStanza", () => {
  it("wants exactly one", () => {
    expect(() => parseStanza("", { what: "control" })).toThrow(invalid(/control has no stanza/));
    expect(() => parseStanza("A: 1\n\nB: 2\n", { what: "control" })).toThrow(invalid(/control has 2 stanzas/));
  });
});

describe("readStanzas", () => {
  const text = Array.from({ length: 50 }, (_, index) => `Package: p${index}\nDescription: größe\n zeile\n`).join("\n");
  const bytes = new TextEncoder().encode(text);
  const limit = { limit: 1 << 20, what: "Packages" };
  const read = async (size: number, options = limit) => {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const seen: unknown[] = [];
    for await (const stanza of readStanzas(fromBytes(...pieces), options)) seen.push([stanza.line, fieldsOf(stanza)]);
    return seen;
  };

  it("reads what parseStanzas reads, with the same line numbers, from chunks of any size", async () => {
    const expected = [...parseStanzas(text)].map((stanza) => [stanza.line, fieldsOf(stanza)]);
    expect(expected).toHaveLength(50);
    for (const size of [1, 10, 333, bytes.length]) expect(await read(size)).toEqual(expected);
  });

  it("stops at its limit", async () => {
    await expect(read(100, { ...limit, limit: 1000 })).rejects.toMatchObject({ code: "ARCHIVE_TOO_LARGE" });
  });

  it("stops when there is no end to a stanza", async () => {
    async function* endless() {
      for (;;) yield new TextEncoder().encode("A".repeat(1 << 20));
    }
    const reading = (async () => {
      for await (const _ of readStanzas(endless(), { limit: 2 ** 40, what: "Packages" }));
    })();
    await expect(reading).rejects.toMatchObject({
      code: "ARCHIVE_TOO_LARGE",
      message: expect.stringMatching(/a stanza of Packages/),
    });
  });
});

describe("formatStanza", () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
  const line = fc.stringMatching(/^[!-~ü][ -~ü]{0,20}[!-~]$/);
  const value = fc
    .tuple(
      fc.oneof(line, fc.constant("")),
      fc.array(
        fc.oneof(
          line,
          line.map((text) => ` ${text}`),
        ),
        { maxLength: 3 },
      ),
    )
    .map(([head, rest]) => [head, ...rest].join("\n"));
  const fields: fc.Arbitrary<readonly Field[]> = fc.uniqueArray(fc.record({ name, value }), {
    minLength: 1,
    maxLength: 6,
    selector: (field) => field.name.toLowerCase(),
  });

  it("writes what parseStanza reads back", () => {
    fc.assert(
      fc.property(fields, (written) => {
        expect(parseStanza(formatStanza(written)).fields).toEqual(written);
      }),
    );
  });

  it("writes the usual form", () => {
    expect(
      formatStanza([
        { name: "Package", value: "a" },
        { name: "Conffiles", value: "\n/etc/a 123" },
      ]),
    ).toBe("Package: a\nConffiles:\n /etc/a 123\n");
  });

  it.each([
    { name: "two words", value: "x" },
    { name: "", value: "x" },
    { name: "A", value: "x\n\ny" },
    { name: "A", value: "x\n" },
    { name: "A", value: "x\ry" },
  ])("refuses %j, which would not be read back", (field) => {
    expect(() => formatStanza([field])).toThrow(expect.objectContaining({ code: "DEB822_INVALID" }));
  });
});
