import { describe, expect, it } from "vitest";
import { parseModuleInfo } from "../../../src/scan/go/module-info.ts";
import { moduleLines } from "../../support/go-build-info.ts";

describe("parseModuleInfo", () => {
  it("reads the main module, the others with what replaces them, and the settings", () => {
    expect(parseModuleInfo(moduleLines)).toEqual({
      path: "example.org/tool/cmd/tool",
      main: { path: "example.org/tool", version: "(devel)" },
      dependencies: [
        { path: "github.com/Azure/go-ansiterm", version: "v0.0.0-20230124172434-306776ec8161" },
        {
          ...{ path: "golang.org/x/sys", version: "v0.20.0" },
          replacement: { path: "golang.org/x/sys", version: "v0.21.0" },
        },
        { path: "example.org/near", version: "v1.0.0", replacement: { path: "../near", version: "(devel)" } },
      ],
      settings: {
        "-compiler": "gc",
        "-ldflags": "-s -w -X main.version=1.4.2 -X 'example.org/tool/info.Version=1.4.2-rc1'",
        GOARCH: "arm64",
        vcs: "git",
        "vcs.revision": "0123456789abcdef0123456789abcdef01234567",
        "vcs.modified": "true",
      },
    });
  });

  it("reads what a program without modules has", () => {
    expect(parseModuleInfo("path\tgithub.com/opencontainers/runc\nbuild\tCGO_ENABLED=1\n")).toEqual({
      path: "github.com/opencontainers/runc",
      main: null,
      dependencies: [],
      settings: { CGO_ENABLED: "1" },
    });
    expect(parseModuleInfo("")).toEqual({ path: "", main: null, dependencies: [], settings: {} });
  });

  it.each([
    ["CGO_CFLAGS=", "CGO_CFLAGS", ""],
    ["-tags=a,b", "-tags", "a,b"],
    ['-ldflags=`-X "a"`', "-ldflags", '-X "a"'],
    ['"a key"="a\\tvalue"', "a key", "a\tvalue"],
    ['X="with \\x41"', "X", '"with \\x41"'],
  ])("reads the setting %s", (line, key, value) => {
    expect(parseModuleInfo(`build\t${line}\n`).settings).toEqual({ [key]: value });
  });

  it("takes the name __proto__ for a name", () => {
    expect(Object.keys(parseModuleInfo("build\t__proto__=x\n").settings)).toEqual(["__proto__"]);
  });

  it.each([
    ["dep\t\tv1.0.0\n", "it has the line"],
    ["=>\texample.org/a\tv1.0.0\n", "it replaces a module it does not name"],
    ["dep\texample.org/a\tv1\n".repeat(20_001), "it names too many modules"],
    ["build\tA=b\n".repeat(201), "it has too many build settings"],
  ])("refuses %j", (lines, reason) => {
    expect(() => parseModuleInfo(lines)).toThrow(reason);
  });
});
