import { describe, expect, it } from "vitest";
import { rubyLockCataloger } from "../../../src/scan/ruby/lock-cataloger.ts";
import { catalogFiles } from "../harness.ts";
import { gemfileLock } from "./gemfile-lock.ts";

describe("rubyLockCataloger", () => {
  it("lists the gems a lock file names as not installed, with what they require of each other", () => {
    const { packages } = catalogFiles(rubyLockCataloger, { "app/Gemfile.lock": gemfileLock, "lib/gems.locked": "" });
    expect(packages.map(({ purl, dependsOn }) => [purl, dependsOn])).toEqual([
      ["pkg:gem/fork@0.3.0.beta", ["pkg:gem/rack@2.2.7"]],
      ["pkg:gem/nokogiri@1.15.0", ["pkg:gem/racc@1.6.2"]],
      ["pkg:gem/nokogiri@1.15.0?platform=x86_64-linux", ["pkg:gem/racc@1.6.2"]],
      ["pkg:gem/racc@1.6.2", []],
      ["pkg:gem/rack@2.2.7", []],
    ]);
    expect(packages[0]).toMatchObject({
      type: "gem",
      locations: ["app/Gemfile.lock"],
      comments: ["from a lock file, not installed"],
    });
  });
});
