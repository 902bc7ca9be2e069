import { describe, expect, it } from "vitest";
import { joinLicenses, parseLicense, splitLicenses } from "../../src/sbom/license.ts";

describe("joinLicenses", () => {
  it.each([
    [["MIT"], "MIT"],
    [["MIT", "MIT"], "MIT"],
    [["MIT", "Apache-2.0"], "MIT AND Apache-2.0"],
    [["(MIT OR CC0-1.0)"], "MIT OR CC0-1.0"],
    [["(MIT OR CC0-1.0)", "ISC"], "(MIT OR CC0-1.0) AND ISC"],
    [["MIT AND (ISC OR Zlib)"], "MIT AND (ISC OR Zlib)"],
    [["GPL-2.0+"], "GPL-2.0+"],
    [["GPL-2.0-or-later WITH Classpath-exception-2.0"], "GPL-2.0-or-later WITH Classpath-exception-2.0"],
    [["LicenseRef-public-domain"], "LicenseRef-public-domain"],
    [["UNLICENSED"], "LicenseRef-UNLICENSED"],
  ])("joins %j to %s", (licenses, expression) => {
    const joined = joinLicenses(licenses);
    expect(joined?.expression).toBe(expression);
    expect(parseLicense(joined?.expression ?? "")).not.toBeNull();
  });

  it("is null without licences", () => {
    expect(joinLicenses([])).toBeNull();
  });

  it("gives what is no expression a reference of its own, with what it stands for", () => {
    const { expression, references } = joinLicenses(["Apache 2.0", "Apache_2.0", "LicenseRef-x", "Бесплатно"]) ?? {};
    expect([...(references ?? [])].map(([, text]) => text)).toEqual(["Apache 2.0", "Apache_2.0", "x", "Бесплатно"]);
    const ids = [...(references ?? new Map<string, string>()).keys()];
    expect(new Set(ids).size).toBe(4);
    expect(ids.every((id) => /^LicenseRef-[A-Za-z0-9.-]+$/.test(id))).toBe(true);
    expect(expression).toBe(ids.join(" AND "));
  });

  it("does not try to parse a whole licence text", () => {
    expect(parseLicense("(".repeat(5000))).toBeNull();
  });
});

describe("splitLicenses", () => {
  it.each([
    ["MIT", ["MIT"]],
    ["MIT AND (ISC OR Zlib) AND LicenseRef-a", ["MIT", "ISC OR Zlib", "House"]],
    ["MIT OR (ISC AND Zlib)", ["MIT OR ISC AND Zlib"]],
    ["see the file", ["see the file"]],
    ["LicenseRef-b", ["LicenseRef-b"]],
  ])("takes %j apart at each AND", (expression, expected) => {
    expect(splitLicenses(expression, (id) => (id === "LicenseRef-a" ? "House" : undefined))).toEqual(expected);
  });
});
