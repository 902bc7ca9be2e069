import { licensesOf } from "../../debian/copyright.ts";
import { isStatusPath } from "../../debian/status.ts";
import { nameOf } from "../../facts/path.ts";
import type { Interest, Reading } from "../cataloger.ts";
import { type PathList, readChecksumList, readFileList } from "./file-list.ts";
import { mappingsPath, readMappings } from "./mappings.ts";
import { readStatus, type StatusFinding } from "./status.ts";

/** What one file says of a distribution's packages. */
export type DpkgFinding =
  | StatusFinding
  | PathList
  | { readonly kind: "copyright"; readonly licenses: readonly string[] }
  | { readonly kind: "mappings"; readonly purls: Readonly<Record<string, string>> }
  /** Some other file of the database. */
  | { readonly kind: "record" };

/** Where dpkg keeps its database. */
export const database = "var/lib/dpkg/";
/** The records of single packages, where dpkg is used. */
export const infoFolder = `${database}info/`;
/** Status files of single packages, where it is not. */
export const partsFolder = `${database}status.d/`;
/** dpkg-divert(1)'s file. */
export const diversionsPath = `${database}diversions`;
/** The records of single packages of opkg, whose database is like dpkg's. */
export const opkgInfoFolder = "usr/lib/opkg/info/";

/** The files that say something of a distribution's packages. */
export const dpkgInterest: Interest = {
  folders: [database, "usr/lib/opkg/"],
  names: ["copyright", nameOf(mappingsPath)],
};

/** How such a file is read. */
export function dpkgReading(path: string): Reading<DpkgFinding> | null {
  if (path === mappingsPath) return { limit: 2 ** 20, read: (content) => mappingsIn(decode(content)) };
  if (isCopyright(path)) {
    return { limit: longestCopyright, read: (content) => ({ kind: "copyright", licenses: licensesIn(content) }) };
  }
  if (isStatusPath(path)) return { stream: readStatus };
  if (path === diversionsPath) return { stream: readFileList };
  if (path.endsWith(".list")) return { stream: readFileList };
  // Of a package that has a list of its files, dpkg's checksums name no others.
  if (path.startsWith(partsFolder) && path.endsWith(".md5sums")) return { stream: readChecksumList };
  return path.startsWith(database) ? { stream: () => ({ write() {}, end: () => ({ kind: "record" }) }) } : null;
}

/** Boost's has 2 MB. */
const longestCopyright = 2 ** 22;
const mostLicenses = 1000;

function licensesIn(content: Uint8Array): readonly string[] {
  return licensesOf(decode(content)).slice(0, mostLicenses);
}

function isCopyright(path: string): boolean {
  return path.startsWith("usr/share/doc/") && path.endsWith("/copyright");
}

function mappingsIn(text: string): DpkgFinding {
  return { kind: "mappings", purls: Object.fromEntries(readMappings(text)) };
}

function decode(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}
