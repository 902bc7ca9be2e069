import { describe, expect, it } from "vitest";
import type { Distribution } from "../../src/sbom/model.ts";
import { alpineKey, questionOf, subjectOf } from "../../src/vuln/ecosystem.ts";
import { npm } from "./examples.ts";

const alpine = (versionId: string | null): Distribution => ({
  ...{ id: "alpine", versionId, codename: null, prettyName: null },
});

const of = (type: string, name: string, version: string, comments: readonly string[] = []) => ({
  ...npm(name, version),
  ...{ type, comments },
});

describe("the question for a package", () => {
  it.each([
    [of("npm", "@Scope/Left", "1.0.0"), "npm @Scope/Left 1.0.0 semver"],
    [of("pypi", "Foo.Bar__baz", "1.0+cu118"), "pypi foo-bar-baz 1.0 pypi"],
    [of("golang", "github.com/Azure/X", "v1.0.0"), "golang github.com/azure/x v1.0.0 golang"],
    [of("golang", "stdlib", "1.22.3-vendor"), "golang stdlib go1.22.3-vendor golang"],
    [of("golang", "example.org/a", "v1.2.3-rc.1"), "golang example.org/a v1.2.3-rc.1 golang"],
    [of("generic", "go", "1.22rc1"), "golang toolchain go1.22rc1 golang"],
    [of("generic", "node", "24.0.0"), "generic node 24.0.0 semver"],
    [of("maven", "org.example/artifact", "1.0"), "maven org.example:artifact 1.0 maven"],
    [of("composer", "Vendor/Name", "v1.0"), "composer vendor/name v1.0 composer"],
    [of("nuget", "Some.Package", "1.0"), "nuget some.package 1.0 nuget"],
    [of("gem", "RedCloth", "4.3"), "gem RedCloth 4.3 gem"],
  ])("%#", (one, expected) => {
    const question = questionOf(one, null);
    expect(question !== null && "version" in question && Object.values(question).join(" ")).toBe(
      expected.replace(/^(\S+ \S+) (\S+) (\S+)$/, "$1 $3 $2"),
    );
  });

  it.each([
    [of("npm", "left", ""), /version is not known/],
    [of("golang", "example.org/app", "(devel)"), /working copy/],
    [of("golang", "example.org/app", "v0.0.0-20240102030405-0123456789ab", ["git revision 0123"]), /working copy/],
    [of("composer", "vendor/name", "1.x-dev"), /1\.x-dev is a branch/],
    [of("constructor", "x", "1"), /packages of the type constructor/],
    [of("generic", "constructor", "1"), /versions of constructor/],
  ])("cannot be asked: %#", (one, reason) => {
    expect(questionOf(one, null)).toEqual({ reason: expect.stringMatching(reason) });
  });

  it("stands under the same name whatever the version", () => {
    expect(subjectOf(of("golang", "example.org/App", "(devel)"), null)).toEqual({
      ...{ ecosystem: "golang", name: "example.org/app", scheme: "golang" },
    });
    expect(subjectOf(of("hardpan", "layout", "1"), null)).toBeNull();
  });

  it.each([
    ["3.20.3", "apk:3.20"],
    ["v3.20", "apk:3.20"],
    ["3.23_alpha20250612", "apk:edge"],
    ["edge", "apk:edge"],
  ])("of Alpine %s is asked under %s", (release, key) => {
    expect(alpineKey(release)).toBe(key);
    const source = { name: "openssl", version: "3.3.0-r0" };
    expect(questionOf({ ...of("apk", "libssl3", "3.3.0-r0"), source }, alpine(release))).toMatchObject({
      ...{ ecosystem: key, name: "openssl", version: "3.3.0-r0" },
    });
    expect(questionOf(of("apk", "tzdata", "2025b-r0"), alpine(release))).toMatchObject({ name: "tzdata" });
  });

  it.each([
    [null, /does not say which release/],
    [alpine(null), /does not say which release/],
    [{ ...alpine("20230201"), id: "wolfi" }, /a package of wolfi, not of Alpine/],
  ])("of a package of apk elsewhere cannot be asked: %#", (distribution, reason) => {
    expect(questionOf(of("apk", "curl", "8-r0"), distribution)).toEqual({ reason: expect.stringMatching(reason) });
  });
});
