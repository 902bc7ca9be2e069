import { PipelineError } from "../error.ts";
import { noContent, type OutputEntry, pathInRoot } from "./entry.ts";
import { isGlob, matchPaths } from "./glob.ts";
import { type Collected, mergeOutputs } from "./merge.ts";
import { resolveInside } from "./resolve.ts";
import type { Stage } from "./root.ts";
import { describe, fileContent, hashFile, isLeftOut, type RootFile, walkRoot } from "./walk.ts";

/** What of a root reaches the image, as in a definition: absolute paths, `source` with `*`, `?`, `[…]` and `**` if need be. */
export interface Output {
  readonly source: string;
  readonly target: string;
  /** Given and not 0, the owner of all of it. Else the owner is kept with `diff`, and root without. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Permission bits of its regular files. */
  readonly mode?: number | undefined;
  /** Whether only what the steps have changed is meant. */
  readonly diff?: boolean | undefined;
}

/** Most that the outputs of a build may be. */
export interface OutputLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** A million entries and 16 GiB. */
const usualOutputLimits: OutputLimits = { entries: 1_000_000, bytes: 2 ** 34 };

/** Whose outputs are collected, and how. */
export interface CollectOptions {
  readonly definition: string;
  readonly build: string;
  /** Seconds since 1970: nothing the steps made is newer. */
  readonly epoch: number;
  readonly limits?: OutputLimits;
  readonly signal?: AbortSignal;
}

/**
 * The files that `outputs` name, sorted by path. A folder's content lands at `target`, and a file there too, or below it where
 * `target` ends with a slash; each match of a pattern lands below `target` under its own name. Symlinks are copied as they
 * are; those on the way to `source` lead where they lead inside the root. What the baseline already had keeps its
 * time. With `diff`, what steps have removed becomes a whiteout. Throws PIPELINE_OUTPUT_EMPTY, PIPELINE_OUTPUT_REFUSED,
 * PIPELINE_OUTPUT_CONFLICT, PIPELINE_OUTPUT_TOO_LARGE and PIPELINE_PATH_INVALID.
 */
export async function collectOutputs(
  stage: Stage,
  outputs: readonly Output[],
  options: CollectOptions,
): Promise<readonly OutputEntry[]> {
  const { limits = usualOutputLimits } = options;
  stage.ownership.open(stage.directory);
  const collected: Collected[] = [];
  let bytes = 0;
  for (const output of outputs) {
    for await (const item of collectOne(stage, output, options)) {
      bytes += item.entry.size;
      collected.push(item);
      if (collected.length > limits.entries) throw tooLarge(options, `${limits.entries} files`);
      if (bytes > limits.bytes) throw tooLarge(options, `${limits.bytes} bytes`);
    }
  }
  return mergeOutputs(collected, options);
}

async function* collectOne(stage: Stage, output: Output, options: CollectOptions): AsyncGenerator<Collected> {
  for (const { source, target } of findSources(stage, output, options)) {
    const present = new Map<string, RootFile>();
    for (const file of isPresent(stage, source) ? walkRoot(stage, source) : []) {
      options.signal?.throwIfAborted();
      present.set(file.path, file);
      const place = placed(file.path, source, target);
      if (place === "") continue;
      const entry = await toEntry(stage, file, { output, options, place });
      if (entry !== null) yield { entry, identity: file.names > 1 ? file.identity : null, source: output.source };
    }
    if (output.diff !== true) continue;
    for (const path of removedBelow(stage, source, present)) {
      const entry = whiteout(placed(path, source, target), options.epoch);
      yield { entry, identity: null, source: output.source };
    }
  }
}

interface Source {
  /** Path of the root, free of symlinks above its last name. */
  readonly source: string;
  readonly target: string;
}

function findSources(stage: Stage, output: Output, options: CollectOptions): readonly Source[] {
  const what = `an output of build ${JSON.stringify(options.build)} in ${options.definition}`;
  const target = pathInRoot(output.target, what);
  const path = pathInRoot(output.source, what);
  const below = (source: string) => [target, source.split("/").at(-1)].filter((part) => part !== "").join("/");
  if (isGlob(path)) {
    const matches = matchPaths(stage.directory, path).filter((match) => !isLeftOut(match) || isLeftOut(path));
    const lost = matches.find((match) => !isPresent(stage, match));
    if (lost !== undefined) throw refused({ path: lost, type: "unreadable" }, output, options);
    if (matches.length > 0) return matches.map((source) => ({ source, target: below(source) }));
  } else {
    const source = resolveInside(stage.directory, path, { followLast: output.source.endsWith("/") });
    const present = isPresent(stage, source);
    const isFolder = present && describe(stage, source).type === "directory";
    if (present || (output.diff === true && stage.baseline.has(source))) {
      return [{ source, target: output.target.endsWith("/") && !isFolder ? below(source) : target }];
    }
  }
  throw new PipelineError(
    "PIPELINE_OUTPUT_EMPTY",
    `build ${JSON.stringify(options.build)} in ${options.definition} has no ${output.source}, which is to be an output`,
    { hint: "look at what its steps have made, or correct the output's source" },
  );
}

function isPresent(stage: Stage, path: string): boolean {
  return describe(stage, path).type !== "unreadable";
}

function placed(path: string, source: string, target: string): string {
  const rest = path.slice(source.length).replace(/^\//, "");
  return target === "" || rest === "" ? `${target}${rest}` : `${target}/${rest}`;
}

interface EntryOptions {
  readonly output: Output;
  readonly options: CollectOptions;
  readonly place: string;
}

/** What reaches the image of `file`; null when nothing does. */
async function toEntry(
  stage: Stage,
  file: RootFile,
  { output, options, place }: EntryOptions,
): Promise<OutputEntry | null> {
  const { type, before } = file;
  if (type === "special" || type === "unreadable") throw refused({ path: file.path, type }, output, options);
  const sha256 =
    type !== "file" ? "" : file.untouched && before !== null ? before.sha256 : await hashFile(stage, file.path);
  const sameContent = before?.type === type && before.sha256 === sha256 && before.linkPath === file.linkPath;
  const sameOwner = before?.uid === file.uid && before.gid === file.gid;
  if (output.diff === true && sameContent && sameOwner && before.mode === file.mode) return null;
  const owner = (given: number | undefined, found: number) =>
    given !== undefined && given !== 0 ? given : output.diff === true ? found : 0;
  return {
    path: place,
    type,
    mode: type === "file" && output.mode !== undefined ? output.mode : file.mode,
    uid: owner(output.uid, file.uid),
    gid: owner(output.gid, file.gid),
    mtime: sameContent ? before.mtime : Math.min(file.mtime, options.epoch),
    linkPath: file.linkPath,
    size: file.size,
    sha256,
    content: type === "file" ? fileContent(stage, file.path) : noContent,
  };
}

/** What the baseline has below `source` and the root has no more, where the folder above is still one. */
function removedBelow(stage: Stage, source: string, present: ReadonlyMap<string, RootFile>): readonly string[] {
  const inside = (path: string) => source === "" || path === source || path.startsWith(`${source}/`);
  const stands = (path: string) => path === source || present.get(parentOf(path))?.type === "directory";
  return [...stage.baseline.keys()].filter(
    (path) => inside(path) && !present.has(path) && stands(path) && !(source === "" && isLeftOut(path)),
  );
}

function parentOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

function whiteout(path: string, mtime: number): OutputEntry {
  return {
    path,
    type: "whiteout",
    mode: 0,
    uid: 0,
    gid: 0,
    mtime,
    linkPath: "",
    size: 0,
    sha256: "",
    content: noContent,
  };
}

const reasons = {
  special: "is a device, a socket or a FIFO",
  unreadable: "has a name that is no UTF-8 or is too long",
};

function refused(
  { path, type }: { readonly path: string; readonly type: keyof typeof reasons },
  { source }: Output,
  { definition, build }: CollectOptions,
): PipelineError {
  const what = reasons[type];
  return new PipelineError(
    "PIPELINE_OUTPUT_REFUSED",
    `/${path}, in the output ${source} of build ${JSON.stringify(build)} in ${definition}, ${what}`,
    { hint: "remove it in the last step, or name as output what lies beside it" },
  );
}

function tooLarge({ definition, build }: CollectOptions, limit: string): PipelineError {
  return new PipelineError(
    "PIPELINE_OUTPUT_TOO_LARGE",
    `the outputs of build ${JSON.stringify(build)} in ${definition} are more than ${limit}`,
    { hint: "name as outputs only what the image needs" },
  );
}
