import type { Lock } from "../../../../src/scan/npm/lock/lock.ts";

/** A line for each package: `dev` where only development needs it, its name and version, and what it depends on. */
export function linesOf({ packages }: Lock): readonly string[] {
  return packages.map(({ name, version, development, dependencies }) => {
    const others = dependencies.map((place) => `${packages[place]?.name}@${packages[place]?.version}`);
    const arrow = others.length === 0 ? "" : ` → ${others.join(" ")}`;
    return `${development ? "dev " : ""}${name}@${version}${arrow}`;
  });
}
