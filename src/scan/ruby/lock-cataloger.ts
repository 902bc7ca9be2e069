import { packageUrl } from "../../sbom/purl.ts";
import type { Cataloger } from "../cataloger.ts";
import { lockedPackages } from "../locked.ts";
import { type LockedGem, parseGemfileLock } from "./gemfile-lock.ts";

/**
 * Gems that a project's `Gemfile.lock` (or `gems.locked`) names, for folders that hold a project and not what it was
 * installed to. Those that are installed too are left to `rubyCataloger`, which has to run before.
 */
export const rubyLockCataloger: Cataloger<readonly LockedGem[]> = {
  name: "ruby-lock",
  interest: { names: ["Gemfile.lock", "gems.locked"] },
  reading: () => ({ limit: 2 ** 24, read: (content) => parseGemfileLock(new TextDecoder().decode(content)) }),
  catalog({ findings, found }) {
    return lockedPackages(
      [...findings].flatMap(([path, locked]) => describe(path, locked)),
      found,
    );
  },
};

function describe(path: string, locked: readonly LockedGem[]) {
  const purls = new Map(locked.map((gem) => [gem.name, purlOf(gem)]));
  return locked.map((gem) => ({
    type: "gem",
    name: gem.name,
    version: gem.version,
    purl: purlOf(gem),
    path,
    dependsOn: gem.requires.flatMap((name) => purls.get(name) ?? []),
  }));
}

function purlOf({ name, version, platform }: LockedGem): string {
  return packageUrl({ type: "gem", namespace: null, name, version, qualifiers: { platform } });
}
