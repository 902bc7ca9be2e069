import { z } from "zod";
import type { ArchivePackage } from "../apt/model.ts";
import { decompressBytes } from "../archive/decompress.ts";
import { createTarParser } from "../archive/tar-read.ts";
import type { Cache } from "../cache/cache.ts";
import { readDeb } from "../debian/deb.ts";
import { type ChangelogEntry, parseChangelog } from "./changelog.ts";

/** Largest changelog, in bytes unpacked, and largest data member looked through. */
const [changelogLimit, dataLimit] = [32 * 1024 * 1024, 2 * 1024 ** 3];

const recordKind = "changelog-cves-1";
const entries = z.array(z.object({ source: z.string(), version: z.string(), cves: z.array(z.string()) }));

/**
 * The Debian changelog inside the .deb of `one`; empty where its documentation folder has none or is a link to another
 * package's. What was found is remembered under the .deb's SHA-256. Throws what `fetchPackage` throws and DEB_INVALID.
 */
export async function changelogOf(
  one: ArchivePackage,
  ports: {
    readonly fetchPackage: (one: ArchivePackage, signal?: AbortSignal) => Promise<Uint8Array>;
    readonly cache?: Cache;
    readonly signal?: AbortSignal;
  },
): Promise<readonly ChangelogEntry[]> {
  const remembered = entries.safeParse(await ports.cache?.record(recordKind, one.sha256));
  if (remembered.success) return remembered.data;
  const what = `${one.name} ${one.version}`;
  const found = await changelogInDeb(await ports.fetchPackage(one, ports.signal), { name: one.name, what });
  await ports.cache?.writeRecord(recordKind, one.sha256, found);
  return found;
}

async function changelogInDeb(
  bytes: Uint8Array,
  of: { readonly name: string; readonly what: string },
): Promise<readonly ChangelogEntry[]> {
  const deb = await readDeb(bytes, { what: of.what, dataLimit });
  // Packages built in Debian alone name it changelog.gz; a binary rebuild adds a short one of its own beside the real one.
  const files = ["changelog.Debian", "changelog"].map((name) => `usr/share/doc/${of.name}/${name}`);
  const found = new Map<string, Uint8Array>();
  const parser = createTarParser({
    entry: ({ path }) => (files.some((file) => path === file || path === `${file}.gz`) ? changelogLimit : 0),
    file: ({ path }, content) => found.set(path.replace(/\.gz$/, ""), content.slice()),
  });
  for await (const chunk of deb.dataStream()) {
    parser.write(chunk);
    if (found.has(files[0] ?? "")) break;
  }
  for (const file of files) {
    const content = found.get(file);
    if (content === undefined) continue;
    const text = await decompressBytes(content, { limit: changelogLimit, what: `${file} of ${of.what}` });
    const parsed = parseChangelog(new TextDecoder().decode(text));
    if (parsed.length > 0) return parsed;
  }
  return [];
}
