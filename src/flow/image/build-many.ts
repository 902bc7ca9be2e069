import { readAll } from "../../catalog/catalog.ts";
import type { DefinitionFile } from "../../definition/parse.ts";
import { CodedError } from "../../error.ts";
import { type BuildRequest, type Built, buildFromCatalog } from "../build.ts";
import type { Library } from "../library.ts";
import type { Ports } from "../ports.ts";
import type { Written } from "./build-report.ts";

/** What became of one image of many. `built` and `unchanged` carry the image; `failed` the reason, with its code where it has one. */
export type ManyOutcome =
  | {
      readonly status: "built" | "unchanged";
      readonly name: string;
      readonly path: string;
      readonly built: Built;
      readonly outputs: readonly Written[];
    }
  | {
      readonly status: "failed";
      readonly name: string;
      readonly path: string;
      readonly code: string | null;
      readonly message: string;
      readonly hint: string | null;
    };

/** An image of the catalogue that is to be built: `name` is the image with its most exact tag, `node:24-debian13`. */
export interface Candidate {
  readonly name: string;
  /** Path of its definition below the catalogue. */
  readonly path: string;
}

/** How to build many: `jobs` at a time; `write` puts each where it belongs; `done` hears of each, with how many are done. */
export interface ManyOptions {
  readonly jobs: number;
  readonly write: (built: Built) => Promise<readonly Written[]>;
  readonly done: (outcome: ManyOutcome, progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * The images of the catalogue that `names` stand for, sorted: `node` is every definition of it, `node:24-debian13` one;
 * none at all means all of them. A definition that cannot be read is a candidate too: building it says why.
 */
export async function candidatesFor(
  names: readonly string[],
  ports: { readonly library: Pick<Library, "catalog"> },
): Promise<readonly Candidate[]> {
  const catalog = await ports.library.catalog();
  const wanted = names.length === 0 ? [...catalog.images.keys()] : names;
  const candidates: Candidate[] = [];
  for (const name of wanted) {
    const entries = name.includes(":") ? undefined : catalog.images.get(name);
    if (entries === undefined) {
      candidates.push({ name, path: "" });
      continue;
    }
    for (const reading of await readAll(catalog, entries)) {
      const tag = reading.ok ? `:${longestTag(reading.source)}` : ` (${reading.entry.path})`;
      if (reading.ok && reading.source.definition.variant === "helm") continue;
      candidates.push({ name: `${name}${tag}`, path: reading.entry.path });
    }
  }
  return candidates.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/**
 * Builds images, several at a time, and goes on past those that fail. What was built before costs looking; a run that is
 * interrupted goes on where it was when it is begun again. The outcomes stand in the order of the candidates.
 */
export async function buildMany(
  candidates: readonly Candidate[],
  request: Omit<BuildRequest, "name">,
  { options, ports }: { readonly options: ManyOptions; readonly ports: Ports },
): Promise<readonly ManyOutcome[]> {
  const outcomes: ManyOutcome[] = [];
  const waiting = candidates.entries();
  let finished = 0;
  const work = async () => {
    for (const [index, candidate] of waiting) {
      ports.signal.throwIfAborted();
      const outcome = await buildOne(candidate, request, { options, ports });
      outcomes[index] = outcome;
      finished += 1;
      options.done(outcome, { done: finished, total: candidates.length });
    }
  };
  const workers = Array.from({ length: Math.max(1, options.jobs) }, work);
  const settled = await Promise.allSettled(workers);
  const failed = settled.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return outcomes;
}

async function buildOne(
  { name, path }: Candidate,
  request: Omit<BuildRequest, "name">,
  { options, ports }: { readonly options: ManyOptions; readonly ports: Ports },
): Promise<ManyOutcome> {
  try {
    const built = await buildFromCatalog({ ...request, name }, ports);
    return { status: built.known ? "unchanged" : "built", name, path, built, outputs: await options.write(built) };
  } catch (cause) {
    if (ports.signal.aborted || !(cause instanceof CodedError)) throw cause;
    return { status: "failed", name, path, code: cause.code, message: cause.message, hint: cause.hint ?? null };
  }
}

function longestTag(source: DefinitionFile): string {
  return source.definition.tags.reduce((longest, tag) => (tag.length > longest.length ? tag : longest), "");
}
