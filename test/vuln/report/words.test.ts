import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/vuln/model.ts";
import {
  ageText,
  countsText,
  epssText,
  kevText,
  ruleText,
  solutionText,
  splitText,
  stateText,
  suppressionText,
} from "../../../src/vuln/report/words.ts";
import { counted, debPackage, exampleReport, finding } from "./example.ts";

describe("the words of a report", () => {
  it("count by severity in short", () => {
    expect(countsText(exampleReport().vulnerabilities)).toBe("1C 2H 2M 1L 1N 1?");
  });

  it("say what the total is made of", () => {
    const counts = counted(exampleReport().findings);
    expect(splitText(counts)).toBe("8 = 2 fixable + 6 unfixed (1 of them no-dsa), 1 negligible, 2 suppressed");
    expect(splitText({ ...counts, noDsa: 0 })).toBe("8 = 2 fixable + 6 unfixed, 1 negligible, 2 suppressed");
    expect(splitText({ ...counts, unfixed: null, noDsa: null })).toBe(
      "8 known: 2 fixable, unfixed unknown, 1 negligible, 2 suppressed",
    );
  });

  it.each<[Pick<Finding, "state" | "triage" | "fixedVersion">, string]>([
    [{ state: "fixed", triage: null, fixedVersion: "1.2-3" }, "fixed in 1.2-3"],
    [{ state: "fixed", triage: null, fixedVersion: null }, "fixed"],
    [{ state: "affected", triage: null, fixedVersion: null }, "no fix"],
    [{ state: "affected", triage: "no-dsa", fixedVersion: null }, "no fix, no-dsa"],
    [{ state: "affected", triage: null, fixedVersion: "2" }, "fix 2 not released"],
    [{ state: "wont-fix", triage: "ignored", fixedVersion: null }, "will not be fixed"],
    [{ state: "deferred", triage: "postponed", fixedVersion: null }, "fix postponed"],
    [{ state: "end-of-life", triage: "end-of-life", fixedVersion: null }, "end of life, no more fixes"],
  ])("say what became of %o: %s", (state, text) => {
    expect(stateText(state)).toBe(text);
  });

  it("name the source package that is to be updated where it is called otherwise", () => {
    const glibc = debPackage("libc6", "1", { source: { name: "glibc", version: "1" } });
    const fixed = { state: "fixed", fixedVersion: "2" } as const;
    expect(solutionText(finding("CVE-1", glibc, fixed))).toBe("Update libc6 (source package glibc) to 2 or later.");
    expect(solutionText(finding("CVE-1", debPackage("x", "1"), fixed))).toBe("Update x to 2 or later.");
    expect(solutionText(finding("CVE-1", debPackage("x", "1")))).toBe(
      "There is no fixed version of x to update to: no fix.",
    );
  });

  it.each([
    ["2026-11-24", "today"],
    ["2026-11-23", "1 day old"],
    ["2026-10-30T23:59:59Z", "25 days old"],
    ["2026-11-25", "today"],
    ["soon", "of unknown age"],
  ])("say how old data of %s is: %s", (asOf, text) => {
    expect(ageText({ asOf }, "2026-11-24T00:00:01Z")).toBe(text);
  });

  it.each([
    [0.1234, "EPSS 12.3 %"],
    [0.0004, "EPSS <0.1 %"],
    [0, "EPSS 0.0 %"],
    [1, "EPSS 100.0 %"],
  ])("give the score %d as %s", (score, text) => {
    expect(epssText({ score, percentile: 0, asOf: "" })).toBe(text);
  });

  it("say who suppressed a finding, and what is known of its exploitation", () => {
    const nothing = { by: "A", status: "fixed", justification: null, statement: "" };
    expect(suppressionText(nothing)).toBe("fixed by A");
    expect(suppressionText({ ...nothing, justification: "x", statement: "y" })).toBe("fixed by A: x; y");
    expect(kevText({ added: "2026-01-02", due: null, ransomware: false })).toBe(
      "known to be exploited, listed 2026-01-02",
    );
  });

  it("explain a rule that is known, and name another", () => {
    expect(ruleText("debian-open")).toMatch(/^debian-open: The distribution lists/);
    expect(ruleText("constructor")).toBe("constructor");
  });
});
