import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAbsent } from "../../../src/definition/text/absent.ts";
import { readPlainYaml } from "../../../src/definition/text/plain-yaml.ts";
import { readYaml } from "../../../src/definition/yaml.ts";
import { publicDefinitions } from "../../support/public-catalog.ts";

const fixture = readFileSync(new URL("../fixtures/application.yaml", import.meta.url), "utf8");

describe("plain YAML", () => {
  it("is read as all of YAML is", () => {
    for (const text of [fixture, ...publicDefinitions({ definitions: 100 }).map((made) => made.text)]) {
      const plain = readPlainYaml(text, { isAbsent });
      if (text !== fixture) expect(plain).not.toBeNull();
      if (plain !== null) expect(plain).toEqual(readYaml(text, { isAbsent }).value);
    }
  });

  it.each<[string, string, unknown]>([
    ["a map", "a: 1\nb:\n  c: d\n", { a: "1", b: { c: "d" } }],
    ["lists beside and below their key", "a:\n- 1\nb:\n  - 2\nc: x\n", { a: ["1"], b: ["2"], c: "x" }],
    ["maps in lists", "a:\n  - b: 1\n    c:\n      - d\n  - b: 2\n", { a: [{ b: "1", c: ["d"] }, { b: "2" }] }],
    ["quotes", "a: 'it''s'\nb: \"x: #y\" # c\n", { a: "it's", b: "x: #y" }],
    ["comments", "# x\na: b # c\n  # d\nc: a#b\n", { a: "b", c: "a#b" }],
    ["literal blocks", "a: |\n  x\n   y\n\n  z\n\nb: |-\n  w\n", { a: "x\n y\n\nz\n", b: "w" }],
    ["empty ones and word lists", "a: []\nb: {}\nc: [x, 1.0]\nd:\n", { a: [], b: {}, c: ["x", "1.0"], d: "" }],
    [
      "colons and dashes within words",
      "a: -O2 -s\nb: http://x:1/#y\nc:\n  - --\n",
      { a: "-O2 -s", b: "http://x:1/#y", c: ["--"] },
    ],
  ])("has %s", (_what, text, value) => {
    expect(readPlainYaml(text)).toEqual(value);
    expect(readYaml(text).value).toEqual(value);
  });

  it.each([
    "",
    "a: 1",
    "- a\n",
    "a: b\n  c\n",
    "a: b: c\n",
    "a: *x\n",
    "a: !x y\n",
    "a: {b: c}\n",
    "a: [b c]\n",
    "a: >-\n  x\n",
    "a: |+\n  x\n",
    "a: |2\n  x\n",
    'a: "x\\n"\n',
    "a: 'x\n  y'\n",
    "a: 1\na: 2\n",
    "tags:\ntags:\n  - b\n",
    `${"a".repeat(1025)}: b\n`,
    "a:\tb\n",
    "a: b\r\n",
    "? a\n: b\n",
    "<<: a\n",
    "a: 1\n---\nb: 2\n",
    "a:\n   b: 1\n  c: 2\n",
    "a:\n  - b\n   - c\n",
    "a:\n  - - b\n",
    "a:\n  -\n    b: c\n",
    "__proto__: x\n",
    "a: x\u00a0\u0085\n",
    "a: |\n     \n  x\n",
    "a: |\n    x\n   y\n",
    `${"a:\n".replace("a", "k")}${Array.from({ length: 60 }, (_, i) => `${" ".repeat(i + 1)}k:\n`).join("")}`,
  ])("leaves %j to the whole reader", (text) => {
    expect(readPlainYaml(text)).toBeNull();
    expect(readPlainYaml(text, { isAbsent })).toBeNull();
  });
});
