import { describe, expect, it } from "vitest";
import { isGemName, isGemVersion, stubOf } from "../../../src/scan/ruby/stub.ts";

const encoding = "# -*- encoding: utf-8 -*-\n";

describe("a specification's stub line", () => {
  it("says name, version and platform", () => {
    expect(stubOf(`${encoding}# stub: nokogiri 1.15.0 x86_64-linux lib\n`)).toEqual({
      name: "nokogiri",
      version: "1.15.0",
      platform: "x86_64-linux",
    });
  });

  it.each([
    "# stub: x 1 ruby lib\n",
    `${encoding}\n# stub: x 1 ruby lib\n`,
    `${encoding}# stub: x one ruby lib\n`,
    `${encoding}# stub: x 1\n`,
    "",
  ])("is none in %j", (source) => {
    expect(stubOf(source)).toBeNull();
  });
});

describe("names and versions of gems", () => {
  it.each(["a", "net-http", "A_b.c", "2fa"])("%s is a name", (name) => expect(isGemName(name)).toBe(true));
  it.each(["", "a b", "../x", "1.2", "é"])("%j is no name", (name) => expect(isGemName(name)).toBe(false));
  it.each(["1", "1.2.3", "2.0.0.rc1", "1.0-java"])("%s is a version", (version) =>
    expect(isGemVersion(version)).toBe(true),
  );
  it.each(["", "x", "1..2", "1 2", "1."])("%j is no version", (version) => expect(isGemVersion(version)).toBe(false));
});
