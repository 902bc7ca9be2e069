import { describe, expect, it } from "vitest";
import { loadCvss4 } from "../../src/vuln/cvss4.ts";

const score = await loadCvss4();

/** What FIRST gives in its own examples of CVSS 4.0. */
const examples: readonly (readonly [string, string, number])[] = [
  ["CVE-2022-41741", "AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3],
  ["CVE-2020-3549", "AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7],
  ["CVE-2023-3089", "AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3],
  ["CVE-2021-44714", "AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6],
  ["CVE-2022-21830", "AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1],
  ["CVE-2022-22186", "AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N", 6.9],
  ["CVE-2023-21989", "AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", 5.9],
  ["CVE-2014-0160", "AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7],
  ["CVE-2021-44228", "AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10],
  ["CVE-2013-6014", "AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:H", 6.4],
  ["CVE-2016-5729", "AV:L/AC:L/AT:N/PR:H/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 9.3],
  ["CVE-2018-3652", "AV:P/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 8.6],
];

describe("the base score of CVSS 4.0", () => {
  it.each(examples)("is FIRST's for %s: %s", (_, vector, expected) => {
    expect(score(`CVSS:4.0/${vector}`)).toBe(expected);
  });

  it("is 0 without any impact", () => {
    expect(score("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N")).toBe(0);
  });

  it("does not heed threat and environmental metrics, nor the order", () => {
    const [, vector, expected] = examples[0] ?? [];
    expect(score(`CVSS:4.0/${vector}/E:U/MAV:N/CR:L`)).toBe(expected);
    expect(score(`CVSS:4.0/${vector?.split("/").reverse().join("/")}`)).toBe(expected);
  });

  it.each([
    ["of another version", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"],
    ["without a metric", "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N"],
    ["with an unknown value", "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:R/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"],
    ["with an empty value", "CVSS:4.0/AV:/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"],
    ["with a metric twice", "CVSS:4.0/AV:L/AV:N/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"],
    ["that is something else", "high"],
    ["that goes on and on", `CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/${"X".repeat(1000)}`],
  ])("is null for a vector %s", (_, vector) => {
    expect(score(vector)).toBe(null);
  });
});
