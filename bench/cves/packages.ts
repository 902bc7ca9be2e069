import type { DatabaseSync } from "node:sqlite";
import type { Sbom, SbomPackage } from "../../src/sbom/model.ts";

/**
 * An image of Debian 12 with `count` packages that the index has records of, spread evenly over their names: seven of ten
 * are Debian's, the others of npm, PyPI and Go. Versions are such that some records affect them and others do not.
 */
export function packagesOfIndex(database: DatabaseSync, count: number): Sbom {
  const debian = spread(database, {
    sql: "SELECT package FROM debian WHERE release = '12' ORDER BY package",
    count: count * 0.7,
  });
  const of = (ecosystem: string, share: number) =>
    spread(database, {
      sql: `SELECT package FROM affected WHERE ecosystem = '${ecosystem}' ORDER BY package`,
      count: count * share,
    });
  const packages = [
    ...debian.map((name) => packageOf("deb", name, "2.0-1")),
    ...of("npm", 0.15).map((name) => packageOf("npm", name, "2.0.0")),
    ...of("pypi", 0.1).map((name) => packageOf("pypi", name, "2.0")),
    ...of("golang", 0.05).map((name) => packageOf("golang", name, "v1.2.0")),
  ];
  return {
    image: { reference: "bench", digest: null, platform: "linux/amd64" },
    distribution: { id: "debian", versionId: "12", codename: "bookworm", prettyName: null },
    packages,
    unowned: { files: 0, bytes: 0, paths: [] },
    ...{ base: null, removed: [], warnings: [] },
  };
}

function spread(
  database: DatabaseSync,
  { sql, count }: { readonly sql: string; readonly count: number },
): readonly string[] {
  const all = database
    .prepare(sql)
    .all()
    .map((row) => String(row["package"]));
  const wanted = Math.round(count);
  return Array.from({ length: wanted }, (_, i) => all[Math.floor((i * all.length) / wanted)] ?? "");
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
