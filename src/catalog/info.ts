import { join } from "node:path";
import type { z } from "zod";
import type { Problem } from "../definition/problem.ts";
import { readPlainYaml } from "../definition/text/plain-yaml.ts";
import { foreignInfoSchema, ownInfoSchema } from "./info-schema.ts";
import { readIfThere } from "./read.ts";

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

/** An `info.yaml` that was read: what it says, or what is wrong with it and where. */
export type InfoReading =
  | { readonly ok: true; readonly info: ImageInfo }
  | { readonly ok: false; readonly file: string; readonly problems: readonly Problem[] };

/** Reads the information on the image `name` of the catalogue in `directory`; null where it has none. */
export async function readInfo(directory: string, name: string, form: InfoForm): Promise<InfoReading | null> {
  const file = infoFile(name);
  const content = readIfThere(join(directory, file));
  return content === null ? null : await parseInfo(content, { file, form });
}

/** Reads the text of an `info.yaml`. */
export async function parseInfo(
  content: string,
  { file, form }: { readonly file: string; readonly form: InfoForm },
): Promise<InfoReading> {
  const schema: z.ZodType<Metadata, unknown> = form === "own" ? ownInfoSchema : foreignInfoSchema;
  const plain = schema.safeParse(readPlainYaml(content));
  if (plain.success) return { ok: true, info: infoOf(plain.data) };
  // All of YAML, and what finds the places of problems, is loaded only for a file that needs it.
  const { readData } = await import("../definition/text/read-data.ts");
  const read = readData(content, schema);
  return read.ok ? { ok: true, info: infoOf(read.data) } : { ok: false, file, problems: read.problems };
}

function infoOf({ metadata }: Metadata): ImageInfo {
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
