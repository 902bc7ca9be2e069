import { describe, expect, it } from "vitest";
import { osReleaseText } from "../../../src/image/definition/os-release.ts";
import { entryPath } from "../../../src/image/layer/entry.ts";
import { isExcluded } from "../../../src/image/package/exclusion.ts";
import { isMergedUsrAlias, mergedUsrPath } from "../../../src/image/package/merged-usr.ts";

describe("isExcluded", () => {
  it.each([
    ["usr/share/doc/libc6/changelog.Debian.gz", "file", true],
    ["usr/share/doc/libc6", "directory", true],
    ["usr/share/doc/libc6/copyright", "file", false],
    ["usr/share/doc/libgcc-s1", "symlink", false],
    ["usr/share/doc/libc6/examples/copyright", "file", true],
    ["usr/share/man/man1/ls.1.gz", "file", true],
    ["usr/share/man", "directory", true],
    ["usr/share/locale/de/LC_MESSAGES/x.mo", "file", true],
    ["usr/share/locale/locale.alias", "file", false],
    ["usr/share/zoneinfo/Europe/Paris", "file", false],
    ["usr/share/manual", "directory", false],
  ])("%s, a %s: %s", (path, type, expected) => {
    expect(isExcluded(path, type)).toBe(expected);
  });
});

describe("mergedUsrPath", () => {
  it.each([
    ["bin/sh", "usr/bin/sh"],
    ["lib64/ld-linux-x86-64.so.2", "usr/lib64/ld-linux-x86-64.so.2"],
    ["lib/x86_64-linux-gnu/libc.so.6", "usr/lib/x86_64-linux-gnu/libc.so.6"],
    ["usr/bin/env", "usr/bin/env"],
    ["libexec/x", "libexec/x"],
    ["etc/bin/x", "etc/bin/x"],
  ])("%s lands at %s", (path, expected) => {
    expect(mergedUsrPath(path)).toBe(expected);
  });

  it("knows the aliases themselves", () => {
    expect(isMergedUsrAlias("bin")).toBe(true);
    expect(isMergedUsrAlias("bin/sh")).toBe(false);
    expect(isMergedUsrAlias("usr/bin")).toBe(false);
  });
});

describe("entryPath", () => {
  it("takes paths of definitions with or without slashes around them", () => {
    expect(entryPath("/usr/bin/x")).toBe("usr/bin/x");
    expect(entryPath("/app/")).toBe("app");
  });

  it.each(["/", "", "/a/../b", "/a//b", "/a/./b", "/a\0b"])("refuses %j", (path) => {
    expect(() => entryPath(path)).toThrow("not a path inside an image");
  });
});

describe("osReleaseText", () => {
  it("quotes what a shell would split or expand", () => {
    expect(osReleaseText({ id: "debian", "version-id": "13", "pretty-name": 'Say "hi" for $5' })).toBe(
      'PRETTY_NAME="Say \\"hi\\" for \\$5"\nVERSION_ID=13\nID=debian\n',
    );
  });

  it("is empty when nothing is given", () => {
    expect(osReleaseText({})).toBe("");
  });
});
