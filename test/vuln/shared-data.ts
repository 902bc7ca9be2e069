import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zstdDecompressSync } from "node:zlib";

const folder = process.env["HARDPAN_SHARED_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** The folder of real advisory data, from HARDPAN_SHARED_DATA or beside the project; null where there is none. */
export const sharedData: string | null = existsSync(folder) ? folder : null;

/** The uncompressed text of the shared file whose name begins so. */
export function sharedText(prefix: string): string {
  const known = texts.get(prefix);
  if (known !== undefined) return known;
  const name = readdirSync(folder).find((file) => file.startsWith(prefix));
  if (name === undefined) throw new Error(`no file ${prefix}… in ${folder}`);
  const bytes = readFileSync(join(folder, name));
  const text = (name.endsWith(".zst") ? zstdDecompressSync(bytes) : bytes).toString("utf8");
  texts.set(prefix, text);
  return text;
}

const texts = new Map<string, string>();

/** Its first lines, or all. */
export function sharedLines(prefix: string, count = Number.POSITIVE_INFINITY): readonly string[] {
  const lines = sharedText(prefix).split("\n");
  return lines.filter((line) => line !== "").slice(0, count);
}
