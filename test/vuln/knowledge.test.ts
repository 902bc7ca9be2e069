import { describe, expect, it } from "vitest";
import { knowledgeNotes, nothingKnown } from "../../src/vuln/knowledge.ts";

const fixedOnly = { source: "debian-archive", asOf: "2026-11-24", records: 1, knowsUnfixed: false };

describe("what has to be known of counts", () => {
  it("is that there are none without advisories, and what to do", () => {
    expect(knowledgeNotes({ advisories: [], vulnerabilities: { unfixed: null } })).toEqual([nothingKnown]);
    expect(nothingKnown).toMatch(/no advisories.*`hardpan db update`.*`hardpan db import DIR`/);
  });

  it("is that unfixed ones are unknown where no source lists them", () => {
    const notes = knowledgeNotes({ advisories: [fixedOnly], vulnerabilities: { unfixed: null } });
    expect(notes).toEqual([expect.stringContaining("Unfixed vulnerabilities are unknown")]);
  });

  it("is nothing else", () => {
    expect(knowledgeNotes({ advisories: [fixedOnly], vulnerabilities: { unfixed: 0 } })).toEqual([]);
  });
});
