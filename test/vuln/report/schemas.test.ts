import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const definitionsOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url), "utf8")).$defs;

describe("docs/schema", () => {
  it.each(["explain", "quickview", "recommendations"])(
    "of %s has packages, findings and counts as that of cves",
    (name) => {
      const [own, cves] = [definitionsOf(name), definitionsOf("cves")];
      const shared = Object.keys(own).filter((definition) => definition in cves);
      expect(shared).toContain("advisorySource");
      for (const definition of shared) expect([definition, own[definition]]).toEqual([definition, cves[definition]]);
    },
  );
});
