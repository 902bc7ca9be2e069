import { describe, expect, it } from "vitest";
import { parseGemfileLock } from "../../../src/scan/ruby/gemfile-lock.ts";
import { gemfileLock } from "./gemfile-lock.ts";

describe("Gemfile.lock", () => {
  it("names gems of servers and repositories, with platforms and requirements, but not the project's own", () => {
    expect(parseGemfileLock(gemfileLock)).toEqual([
      { name: "fork", version: "0.3.0.beta", platform: null, requires: ["rack"] },
      { name: "nokogiri", version: "1.15.0", platform: null, requires: ["mini_portile2", "racc"] },
      { name: "nokogiri", version: "1.15.0", platform: "x86_64-linux", requires: ["racc"] },
      { name: "racc", version: "1.6.2", platform: null, requires: [] },
      { name: "rack", version: "2.2.7", platform: null, requires: [] },
    ]);
    expect(parseGemfileLock(gemfileLock.replaceAll("\n", "\r\n")).length).toBe(5);
  });

  it("has nothing of lines that are no gems", () => {
    expect(parseGemfileLock("GEM\n  specs:\n    x (one)\n    ../y (1)\n      z\n    a (1) b\n")).toEqual([]);
  });
});
