import { describe, expect, it } from "vitest";
import { isAbsent } from "../../src/definition/text/absent.ts";
import { readPlainYaml } from "../../src/definition/text/plain-yaml.ts";
import { readYaml } from "../../src/definition/yaml.ts";
import { publicDefinitions } from "../support/public-catalog.ts";
import { fuzzRounds, seeded } from "./mutate.ts";

const words = [
  "k: v\n",
  "- x\n",
  "# c\n",
  "[a, b]",
  "[]",
  "{}",
  "|",
  "|-",
  "|\n",
  ">",
  "&a ",
  "*a",
  "!x ",
  "null",
  "~",
];
const signs = [..." \n:-#'\"[]{},|>?@`%\\\t\u00a0é", "  ", "    ", ": ", "- ", " #", "''", "---", "...", "<<"];
const pieces = [...words, ...signs];

describe("plain YAML under mutation", () => {
  it("is read exactly as all of YAML is, or not at all", () => {
    const random = seeded(21);
    const texts = publicDefinitions({ definitions: 40 }).map(({ text }) => text);
    let plain = 0;
    for (let round = 0; round < fuzzRounds(3000); round++) {
      const text = changed(section(texts[random(texts.length)] ?? "", random), random);
      const value = readPlainYaml(text, { isAbsent });
      if (value === null) continue;
      plain += 1;
      const { value: whole, problems } = readYaml(text, { isAbsent });
      expect({ whole, problems }, text).toEqual({ whole: value, problems: [] });
    }
    expect(plain).toBeGreaterThan(fuzzRounds(3000) / 10);
  });
});

type Random = (limit: number) => number;

/** A few neighbouring keys of a definition, so that a change is likely to matter. */
function section(text: string, random: Random): string {
  const parts = text.split(/\n(?=[a-z])/).slice(1);
  const from = random(parts.length);
  const lines = parts
    .slice(from, from + 1 + random(3))
    .join("\n")
    .split("\n");
  return `${lines.slice(0, 10 + random(30)).join("\n")}\n`;
}

function changed(text: string, random: Random): string {
  let result = text;
  for (let changes = random(4); changes > 0; changes--) {
    const at = random(result.length + 1);
    const piece = pieces[random(pieces.length)] ?? "";
    const kind = random(4);
    if (kind === 0) result = result.slice(0, at) + piece + result.slice(at);
    else if (kind === 1) result = result.slice(0, at) + result.slice(at + 1 + random(3));
    else {
      const lines = result.split("\n");
      const number = random(lines.length);
      const indent = " ".repeat(random(8));
      if (kind === 2) lines[number] = `${indent}${lines[number]?.trimStart()}`;
      else lines.splice(number, 0, `${indent}${piece}`);
      result = lines.join("\n");
    }
  }
  return result;
}
