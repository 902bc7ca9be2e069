import { describe, expect, it } from "vitest";
import { extensionOf, fullNameOf, gemPlaceOf, programFolders } from "../../../src/scan/ruby/place.ts";

describe("specifications of gems", () => {
  it.each([
    ["var/lib/gems/3.1.0/specifications/rack-2.gemspec", { home: "var/lib/gems/3.1.0", isDefault: false }],
    [
      "usr/lib/ruby/gems/3.1.0/specifications/default/csv-3.gemspec",
      { home: "usr/lib/ruby/gems/3.1.0", isDefault: true },
    ],
    ["specifications/rack-2.gemspec", { home: "", isDefault: false }],
    ["var/lib/gems/3.1.0/gems/rack-2/rack.gemspec", null],
    ["default/csv-3.gemspec", null],
    ["rack.gemspec", null],
    ["g/specifications/rack-2.txt", null],
  ])("%s is at %j", (path, place) => {
    expect(gemPlaceOf(path)).toEqual(place);
  });
});

describe("what a gem's files are called after", () => {
  it("has the platform of gems that are not of Ruby alone", () => {
    expect(fullNameOf({ name: "ffi", version: "1", platform: null })).toBe("ffi-1");
    expect(fullNameOf({ name: "ffi", version: "1", platform: "java" })).toBe("ffi-1-java");
  });
});

describe("the folders of gems' programs", () => {
  it.each([
    ["usr/local/lib/ruby/gems/3.3.0", ["usr/local/lib/ruby/gems/3.3.0/bin", "usr/local/bin"]],
    ["var/lib/gems/3.1.0", ["var/lib/gems/3.1.0/bin", "usr/local/bin"]],
    ["usr/local/bundle", ["usr/local/bundle/bin"]],
  ])("of %s are %j", (home, folders) => {
    expect(programFolders(home)).toEqual(folders);
  });
});

describe("built extensions", () => {
  it.each([
    [
      "g/extensions/x86_64-linux/3.1.0/ffi-1/ffi_c.so",
      { home: "g", fullName: "ffi-1", folder: "g/extensions/x86_64-linux/3.1.0/ffi-1" },
    ],
    ["g/extensions/x86_64-linux/3.1.0/ffi-1", null],
    ["g/gems/ffi-1/ffi_c.so", null],
  ])("%s is of %j", (path, place) => {
    expect(extensionOf(path)).toEqual(place);
  });
});
