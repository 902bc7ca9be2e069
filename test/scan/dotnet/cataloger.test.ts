import { describe, expect, it } from "vitest";
import { dotnetCataloger } from "../../../src/scan/dotnet/cataloger.ts";
import { catalogFiles } from "../harness.ts";
import { depsJson, frameworkJson } from "./example.ts";

describe("dotnetCataloger", () => {
  it("lists an application's packages, what they need, and whose files are whose", () => {
    const { packages, owners, warnings } = catalogFiles(dotnetCataloger, {
      "app/App.deps.json": depsJson(),
      "app/App.dll": "",
      "app/Humanizer.dll": "",
      "app/de/Humanizer.resources.dll": "",
      "app/runtimes/linux-x64/native/libe_sqlite3.so": "",
    });
    expect(packages.map(({ purl }) => purl)).toEqual([
      "pkg:nuget/Humanizer.Core@2.14.1",
      "pkg:nuget/Microsoft.Data.Sqlite@8.0.1",
      "pkg:nuget/SQLitePCLRaw.lib.e_sqlite3@2.1.6",
      "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1",
    ]);
    expect(packages[1]).toEqual({
      type: "nuget",
      name: "Microsoft.Data.Sqlite",
      version: "8.0.1",
      source: null,
      purl: "pkg:nuget/Microsoft.Data.Sqlite@8.0.1",
      licenses: [],
      locations: ["app/App.deps.json"],
      evidence: "app/App.deps.json",
      supplier: null,
      architecture: null,
      comments: [],
      dependsOn: ["pkg:nuget/SQLitePCLRaw.lib.e_sqlite3@2.1.6"],
    });
    expect(owners.ownerOf("app/de/Humanizer.resources.dll")).toBe("pkg:nuget/Humanizer.Core@2.14.1");
    expect(owners.ownerOf("app/Humanizer.dll")).toBe("pkg:nuget/Humanizer.Core@2.14.1");
    expect(owners.owns("app/runtimes/linux-x64/native/libe_sqlite3.so")).toBe(true);
    expect(owners.owns("app/App.deps.json")).toBe(true);
    expect(owners.owns("app/App.dll")).toBe(false);
    expect(warnings).toEqual([]);
  });

  it("lists shared frameworks by the package they came in, else by their folder", () => {
    const folder = "usr/share/dotnet/shared";
    const { packages } = catalogFiles(dotnetCataloger, {
      [`${folder}/Microsoft.NETCore.App/8.0.1/Microsoft.NETCore.App.deps.json`]: frameworkJson(
        "Microsoft.NETCore.App.Runtime.linux-x64",
      ),
      [`${folder}/Microsoft.AspNetCore.App/8.0.1/Microsoft.AspNetCore.App.deps.json`]: frameworkJson(null),
      [`${folder}/Other/8.0.1/Another.deps.json`]: frameworkJson(null),
    });
    expect(packages.map(({ purl }) => purl)).toEqual([
      "pkg:nuget/Microsoft.AspNetCore.App@8.0.1",
      "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1",
    ]);
  });

  it("lists a package once, with all its places, and none that was found before", () => {
    const files = { "b/App.deps.json": depsJson(), "a/App.deps.json": depsJson() };
    const { packages } = catalogFiles(dotnetCataloger, files);
    expect(packages).toHaveLength(4);
    expect(packages[0]?.locations).toEqual(["a/App.deps.json", "b/App.deps.json"]);
    expect(catalogFiles(dotnetCataloger, files, { found: packages.slice(1) }).packages).toHaveLength(1);
  });

  it("warns of a file that is damaged or too large, and passes over other JSON", () => {
    const { packages, warnings } = catalogFiles(dotnetCataloger, {
      "a.deps.json": "{",
      "b.deps.json": "{}",
      "c.deps.json": " ".repeat(2 ** 24 + 1),
    });
    expect(packages).toEqual([]);
    expect(warnings).toEqual([
      { path: "a.deps.json", reason: "it is not JSON, as the .NET host writes it" },
      { path: "c.deps.json", reason: expect.stringContaining("16777217 bytes") },
    ]);
  });
});
