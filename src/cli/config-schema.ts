import { z } from "zod";
import { readDataFile } from "../catalog/data-file.ts";

/** What the user has set for good. What is not set is null. */
export interface Config {
  /** Debian mirrors, in the form HARDPAN_DEBIAN_MIRROR has. */
  readonly debianMirror: string | null;
  /** Where any input may lie by its SHA-256: base URLs and folders. */
  readonly inputMirrors: readonly string[];
  /** The catalogue's folder. */
  readonly catalog: string | null;
  /** A folder or index of advisories. */
  readonly advisories: string | null;
  /** Where live feeds lie under their names, in place of their publishers: a base URL or a folder. */
  readonly feedMirror: string | null;
  /** Addresses of single live feeds by name, URLs or files. */
  readonly feeds: Readonly<Record<string, string>>;
}

const schema = z.strictObject({
  "debian-mirror": z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  "input-mirror": z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  catalog: z.string().min(1).optional(),
  advisories: z.string().min(1).optional(),
  "feed-mirror": z.string().min(1).optional(),
  feeds: z.record(z.string(), z.string().min(1)).optional(),
});

/** Reads the text of a configuration file. Throws an error that names every wrong place. */
export function parseConfig(content: string, file: string): Config {
  const { catalog = null, advisories = null, feeds = {}, ...rest } = readDataFile(content, schema, file);
  const mirror = rest["debian-mirror"] ?? null;
  const inputs = rest["input-mirror"] ?? [];
  return {
    inputMirrors: typeof inputs === "string" ? [inputs] : inputs,
    debianMirror: typeof mirror === "string" || mirror === null ? mirror : mirror.join(" "),
    catalog,
    advisories,
    feedMirror: rest["feed-mirror"] ?? null,
    feeds,
  };
}
