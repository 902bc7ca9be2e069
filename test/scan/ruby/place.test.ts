import { describe, expect, it } from "vitest";
import { fullNameOf, gemPlaceOf } from "../../../src/scan/ruby/place.ts";

describe("files that tell of gems", () => {
  it.each([
    [
      "var/lib/gems/3.1.0/specifications/rack-2.gemspec",
      { kind: "specification", home: "var/lib/gems/3.1.0", isDefault: false },
    ],
    [
      "usr/lib/ruby/gems/3.1.0/specifications/default/csv-3.gemspec",
      { kind: "specification", home: "usr/lib/ruby/gems/3.1.0", isDefault: true },
    ],
    ["specifications/rack-2.gemspec", { kind: "specification", home: "", isDefault: false }],
    ["g/extensions/x86_64-linux/3.1.0/ffi-1/gem.build_complete", { kind: "extension", home: "g", isDefault: false }],
    ["var/lib/gems/3.1.0/gems/rack-2/rack.gemspec", null],
    ["default/csv-3.gemspec", null],
    ["rack.gemspec", null],
    ["g/other/x86_64-linux/3.1.0/ffi-1/gem.build_complete", null],
    ["gem.build_complete", null],
  ])("%s is %j", (path, place) => {
    expect(gemPlaceOf(path)).toEqual(place);
  });
});

describe("what a gem's files are called after", () => {
  it("has the platform of gems that are not of Ruby alone", () => {
    expect(fullNameOf({ name: "ffi", version: "1", platform: null })).toBe("ffi-1");
    expect(fullNameOf({ name: "ffi", version: "1", platform: "java" })).toBe("ffi-1-java");
  });
});
