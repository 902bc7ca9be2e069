import type { DebianArchitecture } from "../apt/model.ts";
import type { BuildScope, ExpansionScope } from "../definition/expand.ts";
import type { LockedPlatform } from "../definition/lock.ts";
import type { Definition } from "../definition/schema.ts";
import { parsePlatform } from "../oci/platform.ts";

/** Where a build's steps find their sources, and where they put what they make; folders of a stage's root. */
export const stageFolders = { source: "/tmp/hardpan/source", target: "/tmp/hardpan/target" } as const;

/** What Debian calls the architecture of a platform. */
export function architectureOf(platform: LockedPlatform): DebianArchitecture {
  return platform === "linux/arm64" ? "arm64" : "amd64";
}

/** What templates of a definition may name on one platform; `packages` are locked versions by name, as far as they are known. */
export function scopeOf(
  definition: Definition,
  platform: LockedPlatform,
  packages: Readonly<Record<string, string>> = {},
): ExpansionScope {
  const target = {
    arch: parsePlatform(platform).architecture,
    dev: definition.variant === "dev",
    fips: definition["fips-compliant"] ?? false,
    flavor: definition.flavor ?? "",
  };
  return { target, packages };
}

/** The same inside one of the definition's builds. */
export function buildScopeOf(
  definition: Definition,
  platform: LockedPlatform,
  packages: Readonly<Record<string, string>> = {},
): BuildScope {
  const scope = scopeOf(definition, platform, packages);
  return {
    ...scope,
    source: { dir: stageFolders.source },
    target: { ...scope.target, dir: stageFolders.target },
  };
}
