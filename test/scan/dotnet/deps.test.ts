import { describe, expect, it } from "vitest";
import { parseDeps } from "../../../src/scan/dotnet/deps.ts";
import { depsJson } from "./example.ts";

describe("parseDeps", () => {
  it("gives the packages that bring something to run, with their files and what they need", () => {
    expect(parseDeps(depsJson())).toEqual([
      {
        name: "Humanizer.Core",
        version: "2.14.1",
        files: ["Humanizer.dll", "de/Humanizer.resources.dll"],
        dependsOn: [],
      },
      {
        name: "Microsoft.Data.Sqlite",
        version: "8.0.1",
        files: ["Microsoft.Data.Sqlite.dll"],
        dependsOn: ["SQLitePCLRaw.lib.e_sqlite3"],
      },
      {
        name: "SQLitePCLRaw.lib.e_sqlite3",
        version: "2.1.6",
        files: ["libe_sqlite3.so", "runtimes/linux-x64/native/libe_sqlite3.so"],
        dependsOn: [],
      },
      {
        name: "Microsoft.NETCore.App.Runtime.linux-x64",
        version: "8.0.1",
        files: ["System.Runtime.dll", "libcoreclr.so"],
        dependsOn: [],
      },
    ]);
  });

  it("takes the target that says something where none is named, and all packages where no target says anything", () => {
    const unnamed = JSON.stringify({ ...JSON.parse(depsJson()), runtimeTarget: undefined });
    expect(parseDeps(unnamed)).toHaveLength(4);
    const empty = JSON.stringify({ ...JSON.parse(depsJson()), targets: { ".NETCoreApp,Version=v8.0/linux-x64": {} } });
    expect(parseDeps(empty)?.map(({ name }) => name)).toContain("Microsoft.NETCore.Platforms");
  });

  it.each([
    ["a name that leads elsewhere", { "../x/1.0": { type: "package" } }],
    ["a version that is none", { "x/latest": { type: "package" } }],
    ["no version", { x: { type: "package" } }],
    ["a project", { "x/1.0": { type: "project" } }],
    ["a reference to a file", { "x/1.0": { type: "reference" } }],
    ["what is no library", { "x/1.0": 5, "y/1.0": null }],
  ])("passes over %s", (_, libraries) => {
    expect(parseDeps(JSON.stringify({ libraries, targets: {} }))).toEqual([]);
  });

  it("keeps no path that leads out of the application's folder", () => {
    const libraries = { "x/1.0": { type: "package" } };
    const targets = { t: { "x/1.0": { runtime: { "../../etc/a.dll": {}, "a.dll": { locale: "../.." } } } } };
    expect(parseDeps(JSON.stringify({ libraries, targets }))?.[0]?.files).toEqual(["a.dll"]);
  });

  it.each(["{}", '{"libraries":[]}', '{"libraries":{},"targets":5}'])("makes nothing of %s", (text) => {
    expect(parseDeps(text)).toBeNull();
  });

  it.each(["", "{", "[]", "null"])("refuses %j", (text) => {
    expect(() => parseDeps(text)).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID" }));
  });

  it("takes no more packages and files than an application has", () => {
    const many = (count: number, of: (at: number) => string, value: unknown) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [of(at), value]));
    const libraries = many(30_000, (at) => `p${at}/1.0`, { type: "package" });
    const runtime = many(15_000, (at) => `lib/${at}.dll`, {});
    const targets = { t: many(30_000, (at) => `p${at}/1.0`, { runtime: { "a.dll": {} } }) };
    expect(parseDeps(JSON.stringify({ libraries, targets }))).toHaveLength(20_000);
    const large = JSON.stringify({
      libraries,
      targets: { t: { "p1/1.0": { runtime }, "p2/1.0": { native: runtime } } },
    });
    expect(parseDeps(large)?.map(({ files }) => files.length)).toEqual([15_000, 5000]);
  });
});
