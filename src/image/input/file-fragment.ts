import { decompress } from "../../archive/decompress.ts";
import { openZip } from "../../archive/zip/zip.ts";
import { blamingEntries } from "../../cache/blame.ts";
import type { Cache } from "../../cache/cache.ts";
import { joinPath } from "../../facts/path.ts";
import { type Component, componentRecord } from "../component.ts";
import { type ImageError, inputMissing } from "../error.ts";
import { directoryEntry, type Entry, fileEntry } from "../layer/entry.ts";
import type { FragmentContent, FragmentSource } from "../layer/fragment.ts";
import { isMergedUsrAlias, mergedUsrPath } from "../package/merged-usr.ts";
import { tarNodes, zipNodes } from "./archive-nodes.ts";
import { blamed, inputLimits } from "./input-limits.ts";
import { placeFile } from "./placement.ts";
import { createSelection, type SelectionRules } from "./selection.ts";
import { readTarContents, readTarHeaders } from "./tar-content.ts";
import { type InputNode, invalid, plannedEntries, planTree, type TreePlan, type TreeRules } from "./tree-plan.ts";

/** A fetched file of `contents.files`, whose bytes lie in the cache; of a tree of git, the tar archive made of it. */
export interface FileInput extends SelectionRules {
  readonly url: string;
  readonly sha256: string;
  /** As the definition gives it. */
  readonly path: string;
  /** Owner of all that comes of it; 0 unless given: who packed an archive means nothing here. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Permission bits of every regular file. Without it they are 0644, or in an archive its own without setuid and setgid. */
  readonly mode?: number | undefined;
  /** Time of what has none of its own, in seconds. */
  readonly mtime: number;
  /** What it is, recorded inside the image; the first one owns the files. Empty for no record. */
  readonly components: readonly Component[];
}

const rules = "file/2";

/**
 * The fragment of a fetched file: the file itself, or what is chosen of the archive it is (`placeFile` says which). Paths
 * in an archive are kept as they are, a single folder around everything too. Opening it throws IMAGE_INPUT_MISSING,
 * IMAGE_INPUT_INVALID, what archive/ throws for damage and unsafe paths, and CACHE_CORRUPT.
 */
export function fileFragment(input: FileInput, cache: Cache): FragmentSource {
  const { url, sha256, path, includes, excludes, uid, gid, mode, mtime, components } = input;
  const placement = placeFile(input);
  const made = { placement, includes, excludes, uid, gid, mode, mtime, components };
  const key = [`file-${sha256}`, rules, JSON.stringify(made)].join(" ");
  return {
    key,
    async open() {
      if ((await cache.path(sha256)) === null) throw missing(input);
      if (placement.kind === "archive") return await openArchive({ input, cache, ...placement });
      if ((includes ?? excludes) !== undefined) {
        const hint = `end ${path} in / to unpack an archive below it, or leave them out`;
        throw invalid(`${url}: includes and excludes choose within an archive that is unpacked`, hint);
      }
      return await readFile({ input, cache, path: placement.path });
    },
  };
}

async function readFile(options: {
  readonly input: FileInput;
  readonly cache: Cache;
  readonly path: string;
}): Promise<FragmentContent> {
  const { input, path } = options;
  const bytes = await options.cache.read(input.sha256);
  if (bytes === null) throw missing(input);
  const { uid = 0, gid = 0, mode = 0o644, mtime } = input;
  return { entries: [fileEntry(path, bytes, { uid, gid, mode, mtime }), ...records(input, [path])] };
}

interface ArchiveInput {
  readonly input: FileInput;
  readonly cache: Cache;
  readonly form: "tar" | "zip";
  readonly folder: string;
}

async function openArchive(archive: ArchiveInput): Promise<FragmentContent> {
  const { input, cache } = archive;
  const plan = await blamingEntries(cache, [input.sha256], async () => {
    const nodes = archive.form === "zip" ? await readZipNodes(archive) : await readTarNodes(archive);
    return planTree(nodes, rulesOf(archive));
  });
  return { entries: blamed(cache, [input.sha256], archiveEntries(archive, plan)) };
}

async function* archiveEntries(archive: ArchiveInput, plan: TreePlan): AsyncGenerator<Entry> {
  const { input, folder } = archive;
  const contents = archive.form === "zip" ? zipContents(archive, plan) : tarContents(archive, plan);
  yield* plannedEntries(plan, contents, input.url);
  const { uid = 0, gid = 0, mtime } = input;
  const hasFolder = folder === "" || plan.others.some((entry) => entry.path === folder);
  if (!hasFolder) yield directoryEntry(folder, { uid, gid, mtime });
  yield* records(input, plan.owned);
}

function rulesOf({ input, folder }: ArchiveInput): TreeRules {
  const { uid = 0, gid = 0, mode } = input;
  return {
    what: input.url,
    selection: createSelection(input),
    place(path) {
      const place = joinPath(folder, path);
      return isMergedUsrAlias(place) ? null : mergedUsrPath(place);
    },
    attributes: (node) => ({ uid, gid, mode: modeOf(node, mode) }),
  };
}

/** Who may become whom is for the definition to say, not for an archive. */
function modeOf(node: InputNode, mode: number | undefined): number {
  if (node.type === "symlink") return 0o777;
  if (node.type === "directory") return node.mode & 0o1777;
  return mode ?? node.mode & 0o777;
}

async function readTarNodes(archive: ArchiveInput): Promise<Iterable<InputNode>> {
  const { url } = archive.input;
  return tarNodes(await readTarHeaders(tarOf(archive), { what: url, limits: inputLimits }), url);
}

function tarContents(archive: ArchiveInput, plan: TreePlan) {
  return readTarContents(tarOf(archive), { what: archive.input.url, limits: inputLimits, wanted: plan.files });
}

function tarOf({ input, cache }: ArchiveInput) {
  return decompress(cache.stream(input.sha256), { limit: inputLimits.totalSize, what: input.url });
}

async function readZipNodes(archive: ArchiveInput): Promise<Iterable<InputNode>> {
  const what = archive.input.url;
  await using zip = await zipOf(archive);
  const readLink = async (header: Parameters<typeof zip.read>[0]) => {
    const target = header.size > 4095 ? "" : new TextDecoder().decode(await zip.read(header));
    if (target !== "" && !target.includes("\0")) return target;
    throw invalid(`${what} has the link ${header.name} to nothing`, "the archive is hostile or broken");
  };
  return await zipNodes(zip.headers, { what, readLink });
}

async function* zipContents(archive: ArchiveInput, plan: TreePlan) {
  await using zip = await zipOf(archive);
  for (const [content, header] of zip.headers.entries()) {
    if (plan.files.has(content)) yield { content, bytes: await zip.read(header) };
  }
}

/** A zip archive is read here and there, so that its bytes are checked as a whole before. */
async function zipOf({ input, cache }: ArchiveInput) {
  await cache.check(input.sha256);
  const path = await cache.path(input.sha256);
  if (path === null) throw missing(input);
  const { entries, entrySize, totalSize } = inputLimits;
  return await openZip(path, { name: input.url, limits: { entries, entrySize, totalSize } });
}

function records({ components, mtime }: FileInput, owned: readonly string[]): readonly Entry[] {
  return components.map((component, index) => componentRecord(component, index === 0 ? owned : [], mtime));
}

function missing({ url, sha256 }: FileInput): ImageError {
  return inputMissing(`${url} (SHA-256 ${sha256})`);
}
