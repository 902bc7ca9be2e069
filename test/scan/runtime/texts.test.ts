import { describe, expect, it } from "vitest";
import {
  textReader,
  versionInChangeLog,
  versionInNodeHeader,
  versionInPatchLevel,
  versionOfGo,
} from "../../../src/scan/runtime/texts.ts";
import { changeLog, nodeHeader } from "../../support/runtime-texts.ts";

describe("textReader", () => {
  it.each([
    "usr/local/include/node/node_version.h",
    "usr/local/include/python3.12/patchlevel.h",
    "usr/local/go/VERSION",
    "usr/lib/go-1.21/VERSION",
    "usr/local/CHANGELOG.md",
    "opt/node-v22.1.0-linux-x64/LICENSE",
    "opt/java/openjdk/release",
  ])("reads %s", (path) => {
    expect(textReader(path)).not.toBeNull();
  });

  it.each([
    "usr/include/linux/patchlevel.h",
    "app/VERSION",
    "app/LICENSE",
    "usr/share/doc/x/CHANGELOG.md",
    "usr/bin/node",
    "etc/os-release",
  ])("does not read %s", (path) => {
    expect(textReader(path)).toBeNull();
  });

  it("takes no text for what it is not", () => {
    for (const path of ["usr/local/LICENSE", "usr/local/go/VERSION", "opt/java/release", "usr/local/CHANGELOG.md"]) {
      expect(textReader(path)?.("1.2.3\n")).toBeNull();
    }
    const license = { kind: "license", license: "MIT" };
    expect(textReader("usr/local/LICENSE")?.("Node.js is licensed for use as follows:\n")).toEqual(license);
  });
});

describe("versionInNodeHeader", () => {
  it("reads releases and others", () => {
    expect(versionInNodeHeader(nodeHeader("24.3.1"))).toBe("24.3.1");
    expect(versionInNodeHeader(nodeHeader("25.0.0", 0))).toBe("25.0.0-pre");
    expect(versionInNodeHeader("#define NODE_MAJOR_VERSION 24\n")).toBeNull();
  });
});

describe("versionInChangeLog", () => {
  it("reads the current release and nothing from other texts", () => {
    expect(versionInChangeLog(changeLog)).toBe("24.3.1");
    expect(versionInChangeLog("## 1.2.3\n")).toBeNull();
  });
});

describe("versionInPatchLevel", () => {
  it.each([
    ['#define PY_MAJOR_VERSION 3\n#define PY_VERSION      \t"3.12.1"\n', "3.12.1"],
    ['#define PY_VERSION "3.14.0rc2"\n', "3.14.0rc2"],
    ['#define PY_VERSION "3.13.0+"\n', "3.13.0"],
    ['#define PY_VERSION "2.7.18"\n', null],
    ['/* #define PY_VERSION "3.12.1" */\n', null],
  ])("reads %j", (text, version) => {
    expect(versionInPatchLevel(text)).toBe(version);
  });
});

describe("versionOfGo", () => {
  it.each([
    ["go1.26.8\ntime 2026-08-28T16:20:06Z\n", "1.26.8"],
    ["go1.19.8", "1.19.8"],
    ["go1.23rc1\n", "1.23rc1"],
    ["devel go1.23-0123\n", null],
    ["1.2.3\n", null],
  ])("reads %j", (text, version) => {
    expect(versionOfGo(text)).toBe(version);
  });
});
