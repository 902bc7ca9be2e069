import { z } from "zod";
import type { ArchivePackage } from "../../apt/model.ts";
import { decompressBytes } from "../../archive/decompress.ts";
import { createTarParser } from "../../archive/tar-read.ts";
import type { Cache } from "../../cache/cache.ts";
import { readDeb } from "../../debian/deb.ts";
import { type ChangelogEntry, parseChangelog } from "./changelog.ts";

/** Largest changelog, in bytes unpacked, and largest data member looked through. */
const [changelogLimit, dataLimit] = [32 * 1024 * 1024, 2 * 1024 ** 3];

const recordKind = "changelog-cves-2";

const packageChangelog = z.object({
  entries: z.array(
    z.object({
      ...{ source: z.string(), version: z.string() },
      ...{ cves: z.array(z.string()), completed: z.array(z.string()), reverted: z.array(z.string()) },
    }),
  ),
  /** The package whose documentation folder stands for this one's; null where it has its own. */
  link: z.string().nullable(),
});

/** What a package says of its changes: its own changelog, or whose it shares. */
export interface PackageChangelog {
  readonly entries: readonly ChangelogEntry[];
  readonly link: string | null;
}

/**
 * The Debian changelog inside the .deb of `one`; no entries where its documentation folder has none, or is a link to that
 * of a package of the same source (Debian Policy 12.3). What was found is remembered under the .deb's SHA-256. Throws
 * what `fetchPackage` throws and DEB_INVALID.
 */
export async function changelogOf(
  one: ArchivePackage,
  ports: {
    readonly fetchPackage: (one: ArchivePackage, signal?: AbortSignal) => Promise<Uint8Array>;
    readonly cache?: Cache;
    readonly signal?: AbortSignal;
  },
): Promise<PackageChangelog> {
  const remembered = packageChangelog.safeParse(await ports.cache?.record(recordKind, one.sha256));
  if (remembered.success) return remembered.data;
  const what = `${one.name} ${one.version}`;
  const found = await changelogInDeb(await ports.fetchPackage(one, ports.signal), { name: one.name, what });
  await ports.cache?.writeRecord(recordKind, one.sha256, found);
  return found;
}

async function changelogInDeb(
  bytes: Uint8Array,
  of: { readonly name: string; readonly what: string },
): Promise<PackageChangelog> {
  const deb = await readDeb(bytes, { what: of.what, dataLimit });
  const folder = `usr/share/doc/${of.name}`;
  // Packages made for Debian alone have changelog.gz; a binary rebuild adds changelog.Debian.ARCH.gz beside the real one.
  const files = [`${folder}/changelog.Debian`, `${folder}/changelog`];
  const found = new Map<string, Uint8Array>();
  let link: string | null = null;
  const parser = createTarParser({
    entry: ({ path, type, linkPath }) => {
      if (path === folder && type === "symlink") link = linkPath.split("/").at(-1) ?? null;
      return files.some((file) => path === file || path === `${file}.gz`) ? changelogLimit : 0;
    },
    file: ({ path }, content) => found.set(path.replace(/\.gz$/, ""), content.slice()),
  });
  for await (const chunk of deb.dataStream()) {
    parser.write(chunk);
    if (link !== null || found.has(`${folder}/changelog.Debian`)) break;
  }
  for (const file of files) {
    const content = found.get(file);
    if (content === undefined) continue;
    const text = await decompressBytes(content, { limit: changelogLimit, what: `${file} of ${of.what}` });
    const entries = parseChangelog(new TextDecoder().decode(text));
    if (entries.length > 0) return { entries, link };
  }
  return { entries: [], link };
}
