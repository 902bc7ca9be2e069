import { type Catalog, type CatalogReading, firstInvalid, readAll } from "../../catalog/catalog.ts";
import { findImage } from "../../catalog/find.ts";
import { longestOf } from "../../definition/tags.ts";
import { CodedError } from "../../error.ts";
import { type BuildRequest, type Built, buildFromCatalog } from "../build.ts";
import type { Library, Ports } from "../ports.ts";
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
  | FailedImage;

/** An image that could not be built, and why. */
export interface FailedImage {
  readonly status: "failed";
  readonly name: string;
  readonly path: string;
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
}

/** An image of the catalogue that is to be built: `name` is the image with its most exact tag, `node:24-debian13`. */
export interface Candidate {
  readonly name: string;
  /** Path of its definition below the catalogue; empty where nothing has that name. */
  readonly path: string;
  /** Whether the tag was asked for; one that was not may give way to another of the definition that is true now. */
  readonly asked: boolean;
  /** Why it cannot be built, where that is known already. */
  readonly problem: Error | null;
}

/** How to build many: `jobs` at a time; `write` puts each where it belongs; `done` hears of each, with how many are done. */
export interface ManyOptions {
  readonly jobs: number;
  readonly write: (built: Built) => Promise<readonly Written[]>;
  readonly done: (outcome: ManyOutcome, progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * The images of the catalogue that `names` stand for, sorted, each definition once: `node` is every definition of it,
 * `node:24-debian13` one; none at all means all of them. What cannot be found or read is a candidate too: building it says
 * why.
 */
export async function candidatesFor(
  names: readonly string[],
  ports: { readonly library: Pick<Library, "catalog"> },
): Promise<readonly Candidate[]> {
  const catalog = await ports.library.catalog();
  const wanted = names.length === 0 ? [...catalog.images.keys()] : [...new Set(names)];
  const tagged = wanted.filter((name) => name.includes(":") || !catalog.images.has(name));
  const found = await Promise.all(tagged.map(async (name) => await namedCandidate(catalog, name)));
  const paths = new Set(found.map(({ path }) => path));
  for (const name of wanted.filter((candidate) => !tagged.includes(candidate))) {
    const readings = await readAll(catalog, catalog.images.get(name) ?? []);
    const others = readings.filter(({ entry }) => !paths.has(entry.path));
    found.push(...others.flatMap((reading) => readCandidate(name, reading)));
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

async function namedCandidate(catalog: Catalog, name: string): Promise<Candidate> {
  try {
    const { entry } = await findImage(catalog, name);
    return { name, path: entry.path, asked: true, problem: null };
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    return { name, path: "", asked: true, problem: cause };
  }
}

/** Charts are no images. */
function readCandidate(name: string, reading: CatalogReading): readonly Candidate[] {
  const { path } = reading.entry;
  if (!reading.ok) return [{ name: `${name} (${path})`, path, asked: false, problem: firstInvalid([reading]) }];
  if (reading.source.definition.variant === "helm") return [];
  return [{ name: `${name}:${longestOf(reading.source.definition.tags)}`, path, asked: false, problem: null }];
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
  { name, path, asked, problem }: Candidate,
  request: Omit<BuildRequest, "name">,
  { options, ports }: { readonly options: ManyOptions; readonly ports: Ports },
): Promise<ManyOutcome> {
  try {
    if (problem !== null) throw problem;
    const built = await buildFromCatalog({ ...request, name, anyTag: !asked }, ports);
    return {
      status: built.known ? "unchanged" : "built",
      name: built.request.name,
      path,
      built,
      outputs: await options.write(built),
    };
  } catch (cause) {
    if (ports.signal.aborted) throw cause;
    return { status: "failed", name, path, ...reasonOf(cause) };
  }
}

function reasonOf(cause: unknown) {
  if (cause instanceof CodedError) return { code: cause.code, message: cause.message, hint: cause.hint ?? null };
  const hint = "this is a defect of Hardpan; build the image alone to see where it is";
  return { code: null, message: cause instanceof Error ? cause.message : String(cause), hint };
}
