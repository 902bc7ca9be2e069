import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readLimited } from "../../../catalog/read.ts";
import { sharedParts } from "../../../catalog/scaffold/text/files.ts";

/** Parts of definitions that a new image includes: where they are, and those that are to be written with it. */
export interface SharedParts {
  /** Folder below the catalogue's. */
  readonly folder: string;
  /** Texts by path below the catalogue's folder; none where the catalogue has them. */
  readonly files: ReadonlyMap<string, string>;
}

/** The catalogue that comes with Hardpan. */
export const shippedCatalog = fileURLToPath(new URL("../../../../catalog", import.meta.url));

/** What is looked for in which catalogue, and whether the image is for amd64 alone. */
export interface PartsRequest {
  readonly name: string;
  /** Names of files. */
  readonly wanted: readonly string[];
  readonly onlyAmd64: boolean;
}

/**
 * The parts that a catalogue shares, where it has all that is wanted; else copies of those that come with Hardpan, for the
 * image alone.
 */
export function findParts(directory: string, { name, wanted, onlyAmd64 }: PartsRequest): SharedParts {
  const hasAll = wanted.every((part) => existsSync(join(directory, sharedParts, part)));
  if (hasAll && !onlyAmd64) return { folder: sharedParts, files: new Map() };
  const folder = `image/${name}/include/shared`;
  const files = new Map<string, string>();
  const waiting = [...wanted];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const path = `${folder}/${part}`;
    if (files.has(path)) continue;
    const text = readLimited(join(shippedCatalog, sharedParts, part));
    const own = text.replaceAll(`- ${sharedParts}/`, `- ${folder}/`);
    files.set(path, onlyAmd64 ? own.replace("\n  - linux/arm64", "") : own);
    waiting.push(...[...text.matchAll(included)].map(([, other = ""]) => other));
  }
  return { folder, files };
}

const included = new RegExp(`^ *- ${sharedParts}/([\\w.-]+)$`, "gm");
