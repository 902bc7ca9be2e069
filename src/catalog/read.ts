import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import type { DefinitionFile } from "../definition/parse.ts";
import type { Problem } from "../definition/problem.ts";
import { isDefinitionText } from "../definition/syntax.ts";

/** What was read of a definition before, by the SHA-256 of its own text. Values are plain JSON. */
export interface ParseCache {
  /** Null for one that is not known. */
  get(sha256: string): Promise<DefinitionFile | null>;
  put(sha256: string, value: DefinitionFile): Promise<void>;
}

/** What reading a file of the catalogue gave: a definition, one that is not valid, or a file that is none at all. */
export type FileReading =
  | { readonly kind: "definition"; readonly source: DefinitionFile }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] }
  | { readonly kind: "other" };

/** Where files lie, and what is known of them. */
export interface ReadOptions {
  /** The catalogue's folder. */
  readonly directory: string;
  readonly parses?: ParseCache | null;
}

/**
 * Reads a definition by its path below the catalogue's folder, together with what it includes. One whose texts were read
 * before comes from `parses`, and neither YAML reader nor schema is loaded for it.
 */
export async function readDefinitionFile(path: string, options: ReadOptions): Promise<FileReading> {
  const { directory, parses = null } = options;
  const text = readLimited(join(directory, path));
  if (!isDefinitionText(text)) return { kind: "other" };
  const sha256 = sha256Of(text);
  const known = (await parses?.get(sha256)) ?? null;
  const include = includeFrom(directory);
  if (known?.included.every((item) => isSame(item, include))) {
    return { kind: "definition", source: { ...known, file: path } };
  }
  const { parseDefinition } = await import("../definition/parse.ts");
  const result = parseDefinition(text, { file: path, include });
  if (!result.ok) return { kind: "invalid", problems: result.problems };
  await parses?.put(sha256, result.file);
  return { kind: "definition", source: result.file };
}

/** Reads the files that definitions include: those below `directory`, also after following links. */
export function includeFrom(directory: string): (path: string) => string | null {
  return (path) => {
    try {
      const root = realpathSync(directory);
      const file = realpathSync(join(root, path));
      return file.startsWith(root + sep) ? readLimited(file) : null;
    } catch (cause) {
      if (cause instanceof Error && "code" in cause) return null;
      throw cause;
    }
  };
}

/** More than a definition may have, so that a longer file is seen to be too long. */
const limit = (1 << 20) + 1;

/** A file's text up to a limit that the reader of definitions refuses. */
export function readLimited(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(Math.min(limit, fstatSync(descriptor).size));
    let size = 0;
    while (size < buffer.length) {
      const length = readSync(descriptor, buffer, { offset: size });
      if (length === 0) break;
      size += length;
    }
    return buffer.toString("utf8", 0, size);
  } finally {
    closeSync(descriptor);
  }
}

function isSame(
  { path, sha256 }: DefinitionFile["included"][number],
  include: (path: string) => string | null,
): boolean {
  const text = include(path);
  return text !== null && sha256Of(text) === sha256;
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** As `readLimited`; null where there is no such file. */
export function readIfThere(path: string): string | null {
  try {
    return readLimited(path);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return null;
    throw cause;
  }
}
