import { isLockedName, isLockedVersion, type LockedDistribution } from "./locked.ts";

const mostLines = 50_000;

/** What a requirements file pins with `==` (pip, requirements file format); all else it asks for has no version yet. */
export function parseRequirements(text: string): readonly LockedDistribution[] {
  return text.split("\n", mostLines).flatMap((line) => {
    const [requirement = ""] = line.slice(0, 1000).split(/[;#]|\s--?\w|\\/, 1);
    const [, name = "", version = ""] =
      /^([\w.-]+)\s*(?:\[[^\]]*\])?\s*={2,3}\s*([^\s,]+)$/.exec(requirement.trim()) ?? [];
    return isLockedName(name) && isLockedVersion(version) ? [{ name, version, requires: [] }] : [];
  });
}
