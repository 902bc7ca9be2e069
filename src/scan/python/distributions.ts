import type { PythonMetadata } from "./metadata.ts";
import type { InfoPlace } from "./place.ts";
import { infoPlaceOf } from "./place.ts";
import type { ListedFiles } from "./record.ts";

/** What one file of a distribution's metadata says. */
export type PythonFinding =
  | { readonly metadata: PythonMetadata }
  | { readonly files: ListedFiles }
  | { readonly requires: readonly string[] }
  | { readonly origin: string };

/** An installed distribution: what the files that tell of it say together. */
export interface Distribution {
  readonly metadata: PythonMetadata;
  /** The file its name is from. */
  readonly path: string;
  readonly info: string;
  readonly site: string;
  /** Normalised names. */
  readonly requires: readonly string[];
  readonly origin: string | null;
  readonly lists: readonly FileList[];
}

/** A list of files and the folder its paths are relative to. */
export interface FileList {
  readonly files: ListedFiles;
  readonly folder: string;
}

/** Names pip leaves out of its lists: parts of Python's own library that had metadata once. */
const standardLibrary = new Set(["python", "wsgiref", "argparse"]);

/** The distributions that findings tell of; those without metadata of their own are none. */
export function distributionsOf(findings: ReadonlyMap<string, PythonFinding>): readonly Distribution[] {
  const parts = new Map<string, Part[]>();
  for (const [path, finding] of findings) {
    const place = infoPlaceOf(path);
    if (place === null) continue;
    const known = parts.get(place.info);
    if (known === undefined) parts.set(place.info, [{ path, place, finding }]);
    else known.push({ path, place, finding });
  }
  return [...parts.values()].flatMap((part) => distributionOf(part) ?? []);
}

interface Part {
  readonly path: string;
  readonly place: InfoPlace;
  readonly finding: PythonFinding;
}

function distributionOf(parts: readonly Part[]): Distribution | null {
  for (const { path, place, finding } of parts) {
    if (!("metadata" in finding) || standardLibrary.has(finding.metadata.name)) continue;
    const { info, site } = place;
    const more = parts.map((part) => part.finding);
    return {
      metadata: finding.metadata,
      path,
      info,
      site,
      requires: more.flatMap(requiresIn),
      origin: more.flatMap((other) => ("origin" in other ? other.origin : []))[0] ?? null,
      lists: parts.flatMap(listIn),
    };
  }
  return null;
}

function requiresIn(finding: PythonFinding): readonly string[] {
  if ("metadata" in finding) return finding.metadata.requires;
  return "requires" in finding ? finding.requires : [];
}

/** A RECORD's paths are relative to the folder of distributions, an egg's list's to the folder the list is in. */
function listIn({ place, finding }: Part): readonly FileList[] {
  if (!("files" in finding)) return [];
  return [{ files: finding.files, folder: place.kind === "record" ? place.site : place.info }];
}
