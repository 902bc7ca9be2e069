import { createHash } from "node:crypto";
import { collect } from "../../archive/bytes.ts";
import { readTar, type TarHeader } from "../../archive/tar-read.ts";
import type { Deb } from "../../debian/deb.ts";
import { parentPaths } from "../../facts/path.ts";
import { requireNoMarkerFile } from "../definition/marker-name.ts";
import { ImageError } from "../error.ts";
import type { Entry } from "../layer/entry.ts";
import type { FragmentContent, FragmentSource } from "../layer/fragment.ts";
import { adoptOrphans } from "../layer/orphans.ts";
import { exclusionRules, isExcluded } from "./exclusion.ts";
import { isMergedUsrAlias, mergedUsrPath } from "./merged-usr.ts";
import { isOmitted } from "./omission.ts";
import type { DebIdentity, OpenDeb } from "./open-deb.ts";

/**
 * A package to be contributed. `omit` lists paths that something else in the image provides instead; `documentation`
 * says whether documentation and translations stay.
 */
export interface DebInput extends DebIdentity {
  readonly architecture: string;
  readonly omit: readonly string[];
  readonly documentation: boolean;
}

const rules = "deb/6";
const contentLimit = 2 ** 31;

/** The fragment of a .deb whose bytes are in the cache: its files under a merged /usr. */
export function debFragment(input: DebInput, open: OpenDeb): FragmentSource {
  const kept = input.documentation ? "with documentation" : exclusionRules;
  const key = `deb-${input.sha256} ${JSON.stringify(input.omit)} ${rules} ${kept}`;
  return { key, open: async () => await openPackage(input, open) };
}

async function openPackage(input: DebInput, open: OpenDeb): Promise<FragmentContent> {
  const deb = await open(input);
  const text = (file: string) => new TextDecoder().decode(deb.control.get(file));
  const sums = new Map<string, string>();
  for (const path of conffilePaths(text("conffiles"))) sums.set(path, "");
  const aliases: [string, string][] = [];
  return {
    entries: packageEntries(input, deb, { sums, aliases }),
    package: () => ({
      control: text("control"),
      conffiles: [...sums].flatMap(([path, md5]) => (md5 === "" ? [] : [[`/${path}`, md5] as const])),
      triggers: text("triggers"),
      aliases,
    }),
  };
}

/** Paths of a `conffiles` file without leading slash; a line may begin with a flag, which says the file is to be removed. */
function conffilePaths(conffiles: string): readonly string[] {
  return conffiles
    .split("\n")
    .filter((line) => line.startsWith("/"))
    .map((line) => line.trim().slice(1));
}

/** What is learnt of a package while it is unpacked: the MD5 of those files that `sums` names, and names under a merged /usr. */
interface Findings {
  readonly sums: Map<string, string>;
  readonly aliases: [path: string, shipped: string][];
}

/** Files as they are unpacked, then the directories that are needed. */
async function* packageEntries(input: DebInput, deb: Deb, { sums, aliases }: Findings): AsyncGenerator<Entry> {
  const what = `the data of ${input.name} ${input.version}`;
  const shipped: Entry[] = [];
  const kept: Entry[] = [];
  const left = new Set<string>();
  const orphans: Entry[] = [];
  for await (const { header, content } of readTar(deb.dataStream(), { what })) {
    if (header.type === "character" || header.type === "block") throw deviceNode(header, input);
    if (header.path === "" || isMergedUsrAlias(header.path)) continue;
    const entry = entryOf(header);
    requireNoMarkerFile(entry.path, what);
    shipped.push(entry);
    if (!isKept(entry, input)) {
      left.add(entry.path);
      continue;
    }
    kept.push(entry);
    if (entry.path !== header.path) aliases.push([entry.path, header.path]);
    if (entry.type === "link" && left.has(entry.linkPath)) orphans.push(entry);
    else if (entry.type !== "directory") {
      const bytes = await collect(content, { limit: contentLimit, what: `${what}: ${entry.path}` });
      if (sums.has(header.path)) sums.set(header.path, createHash("md5").update(bytes).digest("hex"));
      yield { ...entry, content: bytes };
    }
  }
  if (orphans.length > 0) {
    yield* adoptOrphans(orphans, readTar(deb.dataStream(), { what }), { what, place: mergedUsrPath });
  }
  yield* neededDirectories(kept, shipped);
}

function isKept({ path, type }: Entry, { omit, documentation }: DebInput): boolean {
  return (documentation || !isExcluded(path, type)) && !isOmitted(path, omit);
}

function entryOf({ path, type, mode, uid, gid, mtime, linkPath }: TarHeader): Entry {
  const target = type === "link" ? mergedUsrPath(linkPath) : linkPath;
  return { path: mergedUsrPath(path), type, mode, uid, gid, mtime, linkPath: target, content: nothing };
}

const nothing = new Uint8Array(0);

/** The directories that are kept, but for those that held nothing but excluded files; one that a package ships empty stays. */
function neededDirectories(kept: readonly Entry[], shipped: readonly Entry[]): readonly Entry[] {
  const parentsOf = (entries: readonly Entry[]) => new Set(entries.flatMap((entry) => parentPaths(entry.path)));
  const filled = parentsOf(kept.filter((entry) => entry.type !== "directory"));
  const populated = parentsOf(shipped);
  const survives = (entry: Entry) => filled.has(entry.path) || !populated.has(entry.path);
  const leaves = kept.filter((entry) => entry.type === "directory" && survives(entry));
  const needed = new Set([...leaves.map((entry) => entry.path), ...parentsOf(leaves), ...filled]);
  return kept.filter((entry) => entry.type === "directory" && needed.has(entry.path));
}

function deviceNode(header: TarHeader, input: DebInput): ImageError {
  return new ImageError("IMAGE_UNSUPPORTED", `package ${input.name} ${input.version} ships the device ${header.path}`, {
    hint: "images carry no device nodes; exclude the package",
  });
}
