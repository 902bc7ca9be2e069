import { nameOf } from "../../facts/path.ts";
import type { ScanContext } from "../cataloger.ts";
import { pathsIn } from "./file-list.ts";
import { type DpkgFinding, database, diversionsPath, infoFolder, opkgInfoFolder, partsFolder } from "./finding.ts";
import type { StatusRecord } from "./status.ts";

/** A package and the status file that lists it. */
export interface Recorded {
  readonly record: StatusRecord;
  readonly path: string;
}

/** The files a package is recorded to have, and the path of that record; null where there is none. */
export interface RecordedFiles {
  readonly list: string | null;
  readonly files: readonly string[];
}

type Context = ScanContext<DpkgFinding>;

/**
 * The files of a package by its list. Of the checksums that images without dpkg have, links and configuration files are
 * missing; a full list beside them is preferred.
 */
export function filesOf(context: Context, { record, path }: Recorded): RecordedFiles {
  for (const base of basesOf(record, path)) {
    for (const list of [`${base}.list`, `${base}.md5sums`]) {
      const finding = context.findings.get(list);
      if (finding?.kind === "paths") return { list, files: pathsIn(finding) };
    }
  }
  return { list: null, files: [] };
}

/** What the records of a package are called, without their endings. */
function basesOf({ name, architecture }: StatusRecord, path: string): readonly string[] {
  if (path.startsWith(partsFolder)) return [path, `${partsFolder}${name}`];
  if (!path.startsWith(database)) return [`${opkgInfoFolder}${name}`];
  return [`${infoFolder}${name}:${architecture}`, `${infoFolder}${name}`];
}

/** Gives the packages their files, also where dpkg-divert(1) moved them, and the records of the database. */
export function ownFiles(context: Context, packages: readonly (Recorded & { readonly purl: string })[]): void {
  const { owners } = context;
  const moved = diversionsIn(context);
  for (const item of packages) {
    for (const file of filesOf(context, item).files) {
      owners.add(file, item.purl);
      const place = moved.get(file);
      if (place !== undefined) owners.add(place, item.purl);
    }
    owners.add(item.path, item.purl);
    for (const base of basesOf(item.record, item.path)) {
      for (const ending of mayBeEmpty) owners.add(`${base}.${ending}`, item.purl);
    }
  }
  ownDatabase(context, packages);
}

/** dpkg's records of a package belong to it; what is common to all belongs to dpkg, where that is installed. */
function ownDatabase(context: Context, packages: readonly (Recorded & { readonly purl: string })[]): void {
  const purls = new Map(
    packages.flatMap(({ record: { name, architecture }, path, purl }) =>
      [name, `${name}:${architecture}`, nameOf(path)].map((key): [string, string] => [key, purl]),
    ),
  );
  const dpkg = purls.get("dpkg");
  for (const path of [...context.findings.keys(), ...emptyFiles]) {
    if (!path.startsWith(database)) continue;
    const isPerPackage = path.startsWith(infoFolder) || path.startsWith(partsFolder);
    const isCommon = !isPerPackage || path === `${infoFolder}format`;
    const stem = nameOf(path).replace(/\.[^.]+$/, "");
    const owner = (isPerPackage ? purls.get(stem) : undefined) ?? (isCommon ? dpkg : undefined);
    if (owner !== undefined) context.owners.add(path, owner);
  }
}

/** Records of a package that may be empty, as of one without files, and so found by nobody who reads. */
const mayBeEmpty = ["list", "md5sums", "conffiles", "triggers", "shlibs", "symbols", "templates"];

/** Files of dpkg that are empty more often than not. */
const emptyFiles = [
  "lock",
  "lock-frontend",
  "available",
  "diversions",
  "statoverride",
  "triggers/Lock",
  "triggers/Unincorp",
].map((name) => `${database}${name}`);

/** Where files were moved to. The file has three lines for each: from, to, by whom. */
function diversionsIn({ findings }: Context): ReadonlyMap<string, string> {
  const finding = findings.get(diversionsPath);
  const all = finding?.kind === "paths" ? pathsIn(finding) : [];
  const moved = new Map<string, string>();
  for (let at = 0; at + 1 < all.length; at += 3) moved.set(all[at] ?? "", all[at + 1] ?? "");
  return moved;
}
