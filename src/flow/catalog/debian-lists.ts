import type { ArchivePackage, PackageIndex } from "../../apt/model.ts";
import { createTarParser } from "../../archive/tar-read.ts";
import type { DebianSupport } from "../../catalog/support.ts";
import { readDeb } from "../../debian/deb.ts";
import { parseLifetimes, type ReleaseLifetime } from "../../debian/lifetime.ts";
import {
  parseSupportList,
  type SupportLine,
  supportByPackage,
  supportListKind,
  supportListRelease,
} from "../../debian/security-support.ts";
import type { Ports } from "../ports.ts";
import { fetchPackage } from "../supply/inputs.ts";

/** A release of Debian: its codename, `trixie`, and number, `13`. */
export interface DebianRelease {
  readonly codename: string;
  readonly release: string;
}

/**
 * What Debian says of a release on `today` (ISO date) in the packages distro-info-data and debian-security-support, which
 * are taken from `index`, the release's own; null where it lacks them or they say nothing of it. Throws what fetching
 * packages throws, and DEB_INVALID.
 */
export async function readDebianSupport(
  index: PackageIndex,
  { codename, release, today }: DebianRelease & { readonly today: string },
  ports: Ports,
): Promise<DebianSupport | null> {
  const [releases, support] = [index.find("distro-info-data")[0], index.find("debian-security-support")[0]];
  if (releases === undefined || support === undefined) return null;
  const lifetime = lifetimeIn(await listsOf(releases, ports), codename);
  const lines = linesIn(await listsOf(support, ports), release);
  return lifetime === null || lines === null ? null : { lifetime, listed: supportByPackage(lines, today) };
}

/** The lists of a package, by name of their file. */
type Lists = Readonly<Record<string, string>>;

function lifetimeIn(lists: Lists, codename: string): ReleaseLifetime | null {
  const lifetimes = parseLifetimes(lists["debian.csv"] ?? "");
  return lifetimes?.find(({ series }) => series === codename) ?? null;
}

/** The lines of all lists of a release, and of the older one for all releases; null where there is none or one is damaged. */
function linesIn(lists: Lists, release: string): readonly SupportLine[] | null {
  const about = Object.entries(lists).flatMap(([name, text]) => {
    const [kind, listed] = [supportListKind(text), supportListRelease(name)];
    return listed === release || (listed === null && kind === "limited") ? [parseSupportList(text)] : [];
  });
  return about.length === 0 || about.includes(null) ? null : about.flatMap((lines) => lines ?? []);
}

const folders = ["usr/share/debian-security-support/", "usr/share/distro-info/"];
const [listLimit, dataLimit] = [2 ** 20, 2 ** 26];
const recordKind = "debian-lists-1";

/** What was found is remembered under the .deb's SHA-256. */
async function listsOf(item: ArchivePackage, ports: Ports): Promise<Lists> {
  const remembered = await ports.cache.record(recordKind, item.sha256);
  if (isLists(remembered)) return remembered;
  const deb = await readDeb(await fetchPackage(item, ports), { what: `${item.name} ${item.version}`, dataLimit });
  const found = new Map<string, string>();
  const parser = createTarParser({
    entry: ({ path, type }) => (type === "file" && folders.some((folder) => path.startsWith(folder)) ? listLimit : 0),
    file: ({ path }, content) => found.set(path.slice(path.lastIndexOf("/") + 1), new TextDecoder().decode(content)),
  });
  for await (const chunk of deb.dataStream()) parser.write(chunk);
  const lists = Object.fromEntries(found);
  await ports.cache.writeRecord(recordKind, item.sha256, lists);
  return lists;
}

/** Records are our own, and sealed. */
function isLists(value: unknown): value is Lists {
  return typeof value === "object" && value !== null;
}
