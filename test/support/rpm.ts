import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { has } from "./program.ts";

/** Formats of databases that an rpm can write, by its own names. */
export type RpmBackend = "sqlite" | "ndb";

/** Where an rpm keeps the database it is asked to use. */
export interface RpmDatabaseFolder {
  readonly folder: string;
  readonly backend: RpmBackend;
}

/** Whether packages can be built and installed here: rpm and rpmbuild are there. */
export function canBuildRpms(): boolean {
  return has("rpm") && has("rpmbuild");
}

/** Builds the packages and the source package of a spec file with rpmbuild; returns the paths of the former, sorted. */
export async function buildRpms(folder: string, spec: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "made.spec");
  await writeFile(path, spec);
  // Sources are quicker to read when nothing is compressed, and debug packages have nothing to say here.
  const settings = {
    _topdir: folder,
    _binary_payload: "w0.gzdio",
    _source_payload: "w0.gzdio",
    debug_package: "%{nil}",
  };
  const defines = Object.entries(settings).flatMap(([name, value]) => ["--define", `${name} ${value}`]);
  execFileSync("rpmbuild", ["-ba", "--quiet", ...defines, path], { stdio: "pipe", maxBuffer: 2 ** 28 });
  const built = await readdir(join(folder, "RPMS"), { recursive: true, encoding: "utf8" });
  return built
    .filter((file) => file.endsWith(".rpm"))
    .map((file) => join(folder, "RPMS", file))
    .sort();
}

/** Runs rpm, or one of the programs it has for databases and keys, on this database; returns what it printed. */
export function rpm(
  { folder, backend }: RpmDatabaseFolder,
  args: readonly string[],
  program: "rpm" | "rpmdb" | "rpmkeys" = "rpm",
): string {
  const options = ["--define", `_db_backend ${backend}`, "--dbpath", folder];
  return execFileSync(program, [...options, ...args], { encoding: "utf8", stdio: "pipe", maxBuffer: 2 ** 28 });
}

/** Whether this machine's rpm writes databases of this format in `folder`. */
export function writesDatabases(database: RpmDatabaseFolder): boolean {
  rpm(database, ["--initdb"], "rpmdb");
  return existsSync(join(database.folder, databaseNames[database.backend]));
}

/** How the database's file is called in each format. */
export const databaseNames: Readonly<Record<RpmBackend, string>> = { sqlite: "rpmdb.sqlite", ndb: "Packages.db" };
