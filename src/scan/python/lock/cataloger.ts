import { nameOf } from "../../../facts/path.ts";
import { packageUrl } from "../../../sbom/purl.ts";
import type { Cataloger } from "../../cataloger.ts";
import { longestJson } from "../../json.ts";
import { lockedPackages } from "../../locked.ts";
import { normalizedName } from "../requires.ts";
import type { LockedDistribution } from "./locked.ts";
import { parsePipfileLock } from "./pipfile.ts";
import { parseRequirements } from "./requirements.ts";
import { parseTomlLock } from "./toml.ts";

/**
 * Python packages that a project's lock files pin, for folders that hold a project and not what it was installed to.
 * Those that are installed too are left to `pythonCataloger`, which has to run before.
 */
export const pythonLockCataloger: Cataloger<readonly LockedDistribution[]> = {
  name: "python-lock",
  interest: { names: ["poetry.lock", "uv.lock", "Pipfile.lock"], endings: ["requirements.txt"] },
  reading(path) {
    const parse = parserOf(nameOf(path));
    return { limit: longestJson, read: (content) => parse(new TextDecoder().decode(content)) };
  },
  catalog({ findings, found }) {
    return lockedPackages(
      [...findings].flatMap(([path, locked]) => describe(path, locked)),
      found,
    );
  },
};

function parserOf(name: string): (text: string) => readonly LockedDistribution[] {
  if (name === "Pipfile.lock") return parsePipfileLock;
  return name.endsWith(".lock") ? parseTomlLock : parseRequirements;
}

function describe(path: string, locked: readonly LockedDistribution[]) {
  const purls = new Map(locked.map((item) => [normalizedName(item.name), purlOf(item)]));
  return locked.map((item) => ({
    type: "pypi",
    name: item.name,
    version: item.version,
    purl: purlOf(item),
    path,
    dependsOn: item.requires.flatMap((name) => purls.get(normalizedName(name)) ?? []),
  }));
}

function purlOf({ name, version }: LockedDistribution): string {
  return packageUrl({ type: "pypi", namespace: null, name: normalizedName(name), version });
}
