import { join } from "node:path";
import type { z } from "zod";
import { readPlainYaml } from "../definition/text/plain-yaml.ts";
import { foreignInfoSchema, ownInfoSchema } from "./info-schema.ts";
import { readLimited } from "./read.ts";

/** What an image's `info.yaml` says of it. What is not said is null. */
export interface ImageInfo {
  readonly displayName: string | null;
  readonly description: string | null;
  readonly featured: boolean;
  readonly homeUrl: string | null;
  readonly categories: readonly string[];
  /** SPDX expression of the program that the image is for. */
  readonly licence: string | null;
  /** Where the dates of its definitions come from: a web address, or `debian` for Debian's own list of releases. */
  readonly endOfLifeSource: string | null;
}

/**
 * Whose form a file has: `own` is Hardpan's, held to all of it; of a `foreign` one only what is known is read. A file is
 * foreign where no definition of the image is in Hardpan's format.
 */
export type InfoForm = "own" | "foreign";

/** Where an image's information stands below the catalogue's folder. */
export function infoFile(name: string): string {
  return `image/${name}/info.yaml`;
}

type Metadata = z.output<typeof foreignInfoSchema>;

/** The information on the image `name` of the catalogue in `directory`; null where it has none. Throws CATALOG_FILE_INVALID. */
export async function loadInfo(directory: string, name: string, form: InfoForm): Promise<ImageInfo | null> {
  const file = infoFile(name);
  const content = readIfThere(join(directory, file));
  return content === null ? null : await parseInfo(content, { file, form });
}

/** Reads an `info.yaml`. Throws CATALOG_FILE_INVALID with the place of every problem. */
export async function parseInfo(
  content: string,
  { file, form }: { readonly file: string; readonly form: InfoForm },
): Promise<ImageInfo> {
  const schema: z.ZodType<Metadata, unknown> = form === "own" ? ownInfoSchema : foreignInfoSchema;
  const plain = schema.safeParse(readPlainYaml(content));
  // All of YAML, and what finds the places of problems, is loaded only for a file that needs it.
  const { metadata } = plain.success
    ? plain.data
    : (await import("./data-file.ts")).readDataFile(content, schema, file);
  return {
    displayName: metadata["display-name"] ?? null,
    description: metadata["short-description"] ?? null,
    featured: metadata.featured ?? false,
    homeUrl: metadata["home-url"] ?? null,
    categories: metadata.categories ?? [],
    licence: metadata.licence ?? null,
    endOfLifeSource: metadata["end-of-life-source"] ?? null,
  };
}

function readIfThere(path: string): string | null {
  try {
    return readLimited(path);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return null;
    throw cause;
  }
}
