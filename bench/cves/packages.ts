import type { DatabaseSync } from "node:sqlite";
import type { Sbom, SbomPackage } from "../../src/sbom/model.ts";
import { schemeOfPurlType, versionOrder } from "../../src/vuln/version/order.ts";

/** How far behind an image's packages are: `kept` at the last fix that records name, `behind` at versions of long ago. */
export type Upkeep = "kept" | "behind";

/**
 * An image of Debian 12 with `count` packages that the index has records of, spread evenly over their names: seven of ten are
 * Debian's, the others of npm, PyPI and Go. Of an image that is kept up to date every fifth package lags behind.
 */
export function packagesOfIndex(
  database: DatabaseSync,
  { count, upkeep }: { readonly count: number; readonly upkeep: Upkeep },
): Sbom {
  const of = (type: string, share: number, old: string): readonly SbomPackage[] => {
    const rows = spread(database, { type, count: count * share });
    return rows.map(({ name, last }, i) => {
      const isKept = upkeep === "kept" && i % 5 !== 0;
      return packageOf(type, name, isKept ? (last ?? old) : old);
    });
  };
  return {
    image: { reference: "bench", digest: null, platform: "linux/amd64" },
    distribution: { id: "debian", versionId: "12", codename: "bookworm", prettyName: null },
    packages: [
      ...of("deb", 0.7, "2.0-1"),
      ...of("npm", 0.15, "2.0.0"),
      ...of("pypi", 0.1, "2.0"),
      ...of("golang", 0.05, "v1.2.0"),
    ],
    unowned: { files: 0, bytes: 0, paths: [] },
    ...{ base: null, removed: [], warnings: [] },
  };
}

interface Known {
  readonly name: string;
  /** The highest version that mends something; null where nothing is mended. */
  readonly last: string | null;
}

function spread(
  database: DatabaseSync,
  { type, count }: { readonly type: string; readonly count: number },
): readonly Known[] {
  const [table, key] = type === "deb" ? ["debian", "release = '12'"] : ["affected", `ecosystem = '${type}'`];
  const names = database.prepare(`SELECT package FROM ${table} WHERE ${key} ORDER BY package`).all();
  const rows = database.prepare(`SELECT rows FROM ${table} WHERE ${key} AND package = ?`);
  const order = versionOrder(schemeOfPurlType(type) ?? "semver");
  const wanted = Math.round(count);
  return Array.from({ length: wanted }, (_, i) => {
    const name = String(names[Math.floor((i * names.length) / wanted)]?.["package"]);
    const fixes = fixesIn(type, String(rows.get(name)?.["rows"]));
    return { name, last: fixes.toSorted(order).at(-1) ?? null };
  });
}

/** The fixed versions in a packed row: the seventh column of Debian's, the events marked `f` of the others. */
function fixesIn(type: string, rows: string): readonly string[] {
  const values: readonly (readonly unknown[])[] = JSON.parse(rows);
  const fixes = values.flatMap((row): readonly unknown[] => {
    if (type === "deb") return [row[6]];
    const ranges = row[5] as readonly (readonly unknown[])[];
    return ranges.flatMap((range) => range.filter((_, i) => range[i - 1] === "f"));
  });
  return fixes.filter((fix) => typeof fix === "string");
}

function packageOf(type: string, name: string, version: string): SbomPackage {
  const source = type === "deb" ? { name, version } : null;
  const unknown = { licenses: [], locations: [], layer: null, supplier: null, architecture: null, comments: [] };
  return {
    type,
    name,
    version,
    source,
    purl: `pkg:${type}/${name}@${version}`,
    ...unknown,
    owner: null,
    fromBase: null,
    dependsOn: [],
  };
}
