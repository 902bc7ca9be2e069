import type { Lock } from "../definition/lock.ts";
import type { AuditedFacts } from "../facts/model.ts";
import { assembleIndex, type BuiltIndex, builtSource } from "../image/built.ts";
import { buildImage, type ImageOutcome, rememberIndex } from "../image/image-record.ts";
import { annotationsOf } from "../image/labels.ts";
import type { Source } from "../oci/graph.ts";
import { FlowError } from "./error.ts";
import { readLock } from "./image/lock-file.ts";
import { originComments, type PlanInput, planImage, tagsOf, trueTagsOf } from "./image/plan.ts";
import { type FoundImage, findRequested, type ImageRequest } from "./image/request.ts";
import { lockImage, substitutionsOf } from "./lock.ts";
import type { Ports } from "./ports.ts";
import { fetchInputs } from "./supply/inputs.ts";

/** What to build, and from which lock: null resolves anew, `beside` takes the one beside the definition, else a file. */
export interface BuildRequest extends ImageRequest {
  readonly locked: string | null;
}

/** A built image: its content is in the cache. */
export interface Built {
  /** `node`. */
  readonly name: string;
  readonly request: ImageRequest;
  readonly index: BuiltIndex;
  readonly tags: readonly string[];
  readonly lock: Lock;
  readonly source: Source;
  readonly annotations: Readonly<Record<string, string>>;
  /** Sentences on inputs that are not Debian's. */
  readonly origins: readonly string[];
  /** Whether all of it had been built before. */
  readonly known: boolean;
  /** What each platform's image was found to have, in the order of `index.images`. */
  readonly facts: readonly AuditedFacts[];
}

/** Builds an image of the catalogue: lock, fetch what is missing, compose. */
export async function buildFromCatalog(request: BuildRequest, ports: Ports): Promise<Built> {
  const { lock, found } = await lockFor(request, ports);
  const substitutions = await substitutionsOf(found.match.source, ports);
  const input: PlanInput = { match: found.match, lock, substitutions, catalog: ports.catalog };
  requireVersion(input);
  await fetchInputs(lock, found.platforms, ports);
  const plans = await Promise.all(found.platforms.map(async (platform) => await planImage(input, platform)));
  const outcomes: ImageOutcome[] = [];
  for (const [index, plan] of plans.entries()) {
    ports.report.step(`building ${request.name} for ${found.platforms[index]}`);
    outcomes.push(await buildImage(plan, ports.packings));
    ports.signal.throwIfAborted();
  }
  const annotations = plans[0] === undefined ? {} : annotationsOf(plans[0]);
  const index = assembleIndex(
    outcomes.map(({ image }) => image),
    annotations,
  );
  await rememberIndex(index, ports.cache);
  const npm = Object.values(lock.platforms).flatMap((platform) => platform.npm);
  const origins = substitutions.flatMap((item) =>
    item.kind === "npm"
      ? npm
          .filter(({ name }) => Object.values(item.packages).includes(name))
          .map((locked) => originComments(item, locked).join("; "))
      : [],
  );
  const source = builtSource(index, ports.cache);
  return {
    name: found.match.name,
    request,
    index,
    tags: tagsOf(input),
    lock,
    source,
    annotations,
    origins: [...new Set(origins)],
    known: outcomes.every((outcome) => outcome.known),
    facts: index.images.flatMap((image) => outcomes.find((outcome) => outcome.image === image)?.facts ?? []),
  };
}

async function lockFor(
  request: BuildRequest,
  ports: Ports,
): Promise<{ readonly lock: Lock; readonly found: FoundImage }> {
  if (request.locked === null) return await lockImage(request, ports);
  const found = await findRequested(request, ports);
  return { lock: await readLock(request.locked, found, ports), found };
}

function requireVersion(input: PlanInput): void {
  const { version, dropped } = trueTagsOf(input);
  const wanted = input.match.requiredVersion ?? (dropped.includes(input.match.tag) ? input.match.tag : null);
  if (wanted === null || version === wanted || version?.startsWith(`${wanted}.`) === true) return;
  throw new FlowError(
    "FLOW_INPUT_MISSING",
    `${input.match.name}:${input.match.tag} asks for ${wanted}, and ${version} is what there is now`,
    {
      hint: `use a tag that ${version} has, or a lock made when ${wanted} was current`,
    },
  );
}
