import { PipelineError } from "../error.ts";
import { noContent, type OutputEntry } from "./entry.ts";

/** An entry of one output. */
export interface Collected {
  readonly entry: OutputEntry;
  /** The same for two names of one file; null for a file that has no other. */
  readonly identity: string | null;
  /** The output's source, for messages. */
  readonly source: string;
}

/** Whose outputs they are. */
export interface MergeOptions {
  readonly definition: string;
  readonly build: string;
}

/**
 * The entries of all outputs as one tree, sorted by path; the second name of a file becomes a link. Of two folders at one path
 * the later counts. Throws PIPELINE_OUTPUT_CONFLICT when two outputs want anything else to be two things.
 */
export function mergeOutputs(collected: readonly Collected[], options: MergeOptions): readonly OutputEntry[] {
  const merged = new Map<string, Collected>();
  for (const item of collected) {
    const { path } = item.entry;
    const before = merged.get(path);
    if (before !== undefined && !agree(before.entry, item.entry)) throw conflict(path, [before, item], options);
    merged.set(path, item);
  }
  for (const item of merged.values()) {
    for (let path = item.entry.path; path.includes("/"); ) {
      path = path.slice(0, path.lastIndexOf("/"));
      const above = merged.get(path);
      if (above !== undefined && above.entry.type !== "directory") throw conflict(path, [above, item], options);
    }
  }
  return linked([...merged.values()].sort((a, b) => (a.entry.path < b.entry.path ? -1 : 1)));
}

function agree(a: OutputEntry, b: OutputEntry): boolean {
  if (a.type !== b.type) return false;
  if (a.type === "directory") return true;
  const sameOwner = a.uid === b.uid && a.gid === b.gid;
  return sameOwner && a.mode === b.mode && a.sha256 === b.sha256 && a.linkPath === b.linkPath;
}

function linked(items: readonly Collected[]): readonly OutputEntry[] {
  const first = new Map<string, OutputEntry>();
  return items.map(({ entry, identity }) => {
    if (identity === null || entry.type !== "file") return entry;
    // Two outputs may give two names of one file to two owners.
    const key = `${identity} ${entry.mode} ${entry.uid} ${entry.gid}`;
    const original = first.get(key);
    if (original !== undefined) return { ...entry, type: "link", linkPath: original.path, size: 0, content: noContent };
    first.set(key, entry);
    return entry;
  });
}

function conflict(path: string, [a, b]: readonly [Collected, Collected], options: MergeOptions): PipelineError {
  return new PipelineError(
    "PIPELINE_OUTPUT_CONFLICT",
    `the outputs ${a.source} and ${b.source} of build ${JSON.stringify(options.build)} in ${options.definition} ` +
      `put different things at /${path}`,
    { hint: "let only one of them have it" },
  );
}
