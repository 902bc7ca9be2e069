// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of definitions look like this
import { describe, expect, it } from "vitest";
import { expandDefinition } from "../../src/definition/expand.ts";
import { parseLock } from "../../src/definition/lock.ts";
import { parseDefinition, readDefinition } from "../../src/definition/parse.ts";
import { parseTag, printTag } from "../../src/definition/tags.ts";
import { expandTemplate } from "../../src/definition/template.ts";
import { everything } from "../definition/example.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const target = { arch: "amd64", dev: false, fips: false, flavor: "" };

describe("definitions under mutation", () => {
  it("are read and expanded, or refused with a coded error whose problems lie in the text", async () => {
    const random = seeded(11);
    const bytes = Buffer.from(everything);
    const counts = { read: 0, refused: 0 };
    for (let round = 0; round < fuzzRounds(150); round++) {
      const text = new TextDecoder().decode(mutate(bytes, random));
      const result = parseDefinition(text, { file: "f", include: () => "" });
      counts[result.ok ? "read" : "refused"]++;
      if (!result.ok) {
        const lines = text.split("\n").length;
        for (const { line, column } of result.problems) expect(line >= 1 && line <= lines && column >= 1).toBe(true);
        expect(result.problems.length).toBeGreaterThan(0);
      }
      await readsOrRefuses(() =>
        expandDefinition(readDefinition(text, { file: "f", include: () => "" }).definition, { target }),
      );
    }
    expect(counts.read).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(0);
  });

  it("and their templates, tags and locks never fail in another way", async () => {
    const random = seeded(12);
    const template = Buffer.from('a${V}b${V:^(.)}#{ target.arch == "amd64" ? (V + "x") : !V || "y" }${A:-{}}');
    const lock = Buffer.from(
      '{"schema":"hardpan/lock/1","definition":{"path":"p","sha256":"00"},"releases":[],"platforms":{}}',
    );
    for (let round = 0; round < fuzzRounds(600); round++) {
      const text = new TextDecoder().decode(mutate(template, random));
      await readsOrRefuses(() => expandTemplate(text, { vars: { V: "v", A: "${V}" }, target }, { unknown: "keep" }));
      expect(printTag(parseTag(text))).toBe(text);
      await readsOrRefuses(() => parseLock(new TextDecoder().decode(mutate(lock, random)), { file: "l" }));
    }
  });
});
