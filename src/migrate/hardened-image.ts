import type { Facts } from "../facts/model.ts";

/** What a hardened image offers to a Dockerfile built on it, as far as a swap of FROM depends on it. */
export interface HardenedImage {
  readonly shells: readonly string[];
  readonly packageManagers: readonly string[];
  /** Programs that can be started by name or path without a shell. */
  readonly programs: readonly string[];
  /** Names in its passwd and group files. */
  readonly users: readonly string[];
  /** The user it runs as; null when not known, and then never taken for root. */
  readonly uid: number | null;
  readonly workingDir: string;
  readonly entrypoint: readonly string[];
}

const programs: ReadonlyMap<string, readonly string[]> = new Map([
  ["node", ["node"]],
  ["python", ["python3"]],
  ["eclipse-temurin", ["java"]],
  ["ruby", ["ruby"]],
  ["php", ["php"]],
]);

/**
 * What to expect of the runtime variant of the catalogue image `name`: no shell, no package manager, the language's own
 * program, and a user of its own. `facts` of the real image take the place of expectations.
 */
export function hardenedImage(name: string, facts?: Facts): HardenedImage {
  const expected: HardenedImage = {
    shells: [],
    packageManagers: [],
    programs: programs.get(name) ?? [],
    users: name === "node" ? ["root", "node"] : ["root", "nonroot"],
    uid: name === "node" ? 1000 : 65_532,
    workingDir: "/app",
    entrypoint: [],
  };
  if (facts === undefined) return expected;
  const { shells, packageManagers, uid, workingDir, entrypoint, user } = facts;
  const named = /^[a-z_]/i.test(user) ? [user.split(":")[0] ?? user] : [];
  const users = [...new Set([...expected.users, ...named])];
  return { ...expected, shells, packageManagers, users, uid, workingDir: workingDir || "/", entrypoint };
}
