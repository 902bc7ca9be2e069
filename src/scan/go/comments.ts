import type { GoBuild } from "./module-info.ts";

/**
 * What a program's build settings say of its main module, whose own version is `(devel)` more often than not: the version
 * that its makers told the linker to write into it, and the revision of its sources.
 */
export function mainComments({ settings }: GoBuild): readonly string[] {
  const revision = settings["vcs.revision"];
  const system = settings["vcs"] ?? "vcs";
  const changed = settings["vcs.modified"] === "true" ? ", changed" : "";
  return [
    ...linkedVersions(settings["-ldflags"] ?? ""),
    ...(revision === undefined ? [] : [`${system} revision ${revision.slice(0, 200)}${changed}`]),
  ];
}

/** `-X main.version=1.2.3`, as a whole in quotes or not. */
function linkedVersions(flags: string): readonly string[] {
  const found = flags.matchAll(/(?:^|\s)-X[ =]["']?([\w./-]{1,200}\.[vV]ersion)=["']?([\w.+~-]{1,100})/g);
  return [...new Set([...found].map(([, variable, version]) => `linked with ${variable}=${version}`))].slice(0, 10);
}
