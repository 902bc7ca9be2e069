/**
 * A deps.json made up after the documented format (the .NET runtime's "Runtime Configuration Files"): no .NET is installed
 * where the tests run, so what its tools write could not be taken.
 */
export function depsJson(): string {
  const target = ".NETCoreApp,Version=v8.0/linux-x64";
  const library = {
    type: "package",
    serviceable: true,
    sha512: "sha512-AAAA==",
    path: "x",
    hashPath: "x.nupkg.sha512",
  };
  return JSON.stringify({
    runtimeTarget: { name: target, signature: "" },
    compilationOptions: {},
    targets: {
      ".NETCoreApp,Version=v8.0": {},
      [target]: {
        "App/1.0.0": {
          dependencies: { "Humanizer.Core": "2.14.1", "Microsoft.Data.Sqlite": "8.0.1" },
          runtime: { "App.dll": {} },
        },
        "Humanizer.Core/2.14.1": {
          runtime: { "lib/net6.0/Humanizer.dll": { assemblyVersion: "2.14.0.0", fileVersion: "2.14.1.48190" } },
          resources: { "lib/net6.0/de/Humanizer.resources.dll": { locale: "de" } },
        },
        "Microsoft.Data.Sqlite/8.0.1": {
          dependencies: { "SQLitePCLRaw.lib.e_sqlite3": "2.1.6" },
          runtime: { "lib/net8.0/Microsoft.Data.Sqlite.dll": {} },
        },
        "Microsoft.NETCore.Platforms/1.1.0": {},
        "SQLitePCLRaw.lib.e_sqlite3/2.1.6": {
          runtimeTargets: { "runtimes/linux-x64/native/libe_sqlite3.so": { rid: "linux-x64", assetType: "native" } },
        },
        "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": {
          runtime: { "System.Runtime.dll": {} },
          native: { "libcoreclr.so": { fileVersion: "0.0.0.0" } },
        },
      },
    },
    libraries: {
      "App/1.0.0": { type: "project", serviceable: false, sha512: "" },
      "Humanizer.Core/2.14.1": library,
      "Microsoft.Data.Sqlite/8.0.1": library,
      "Microsoft.NETCore.Platforms/1.1.0": library,
      "SQLitePCLRaw.lib.e_sqlite3/2.1.6": library,
      "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": {
        type: "runtimepack",
        serviceable: false,
        sha512: "",
      },
    },
  });
}

/** A shared framework's deps.json, likewise made up: one library of this name, or none. */
export function frameworkJson(name: string | null): string {
  const target = ".NETCoreApp,Version=v8.0/linux-x64";
  const key = `${name}/8.0.1`;
  return JSON.stringify({
    runtimeTarget: { name: target, signature: "" },
    targets: { [target]: name === null ? {} : { [key]: { runtime: { "System.Runtime.dll": {} } } } },
    libraries: name === null ? {} : { [key]: { type: "package", serviceable: true, sha512: "" } },
  });
}
