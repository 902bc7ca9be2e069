import type { CatalogMatch } from "../catalog/find.ts";
import type { NpmSubstitution, Substitution } from "../catalog/substitution.ts";
import type { Lock, LockedNpmPackage } from "../definition/lock.ts";
import { buildTag, longestOf, withoutBuild } from "../definition/tags.ts";
import type { TrueTags } from "../definition/true-tags.ts";
import { certificateLabel, certificateOf } from "../facts/audit/fips.ts";
import type { AuditedFacts } from "../facts/model.ts";
import type { ImagePlan } from "../image/build.ts";
import { type BuiltIndex, builtSource } from "../image/built.ts";
import { fipsStatement } from "../image/fips.ts";
import { buildImage, type ImageOutcome, rememberIndex } from "../image/image-record.ts";
import { annotationsOf } from "../image/labels.ts";
import type { Source } from "../oci/graph.ts";
import { recordBuild } from "./catalog/build-record.ts";
import { FlowError } from "./error.ts";
import { originComments } from "./image/contents-plan.ts";
import { joinImages } from "./image/joined.ts";
import { readLock } from "./image/lock-file.ts";
import { type PlanInput, planImage, trueTagsOf } from "./image/plan.ts";
import { findRequested, type ImageRequest } from "./image/request.ts";
import { lockFound } from "./lock.ts";
import type { Ports } from "./ports.ts";
import { requireSandboxes } from "./stage/require-sandbox.ts";
import { fetchInputs } from "./supply/inputs.ts";

/** What to build, and from which lock: null resolves anew, `beside` takes the one beside the definition, else a file. */
export interface BuildRequest extends ImageRequest {
  readonly locked: string | null;
  /** Whether to refuse an image without a FIPS module that has a certificate. */
  readonly requireValidatedFips?: boolean;
  /** Whether the tag does no more than name the definition: where it is not true now, another of its tags takes its place. */
  readonly anyTag?: boolean;
}

/** A built image: its content is in the cache. */
export interface Built {
  /** `node`. */
  readonly name: string;
  readonly request: ImageRequest;
  readonly index: BuiltIndex;
  /** The tag that was asked for, or what took its place; one of `tags`, or a more exact version of one. */
  readonly tag: string;
  /** All that are true of it; the last is of this build alone, but for a reconstruction. */
  readonly tags: readonly string[];
  readonly lock: Lock;
  readonly source: Source;
  readonly annotations: Readonly<Record<string, string>>;
  /** Sentences on inputs that are not Debian's. */
  readonly origins: readonly string[];
  /** Whether all of it had been built before. */
  readonly known: boolean;
  /** Where it is not what its definition says, in sentences: for another publisher's definition, as ours must be so. */
  readonly problems: readonly string[];
  /** What is said of its FIPS mode: `FIPS mode on, module not validated (…)`; null for an image that is not in it. */
  readonly fips: string | null;
  /** What each platform's image was found to have, in the order of `index.images`. */
  readonly facts: readonly AuditedFacts[];
}

/**
 * Builds an image of the catalogue: lock, fetch what is missing, compose. Nothing of it is done when a platform's steps could not
 * run here; nothing is remembered as an index unless all its platforms were built.
 */
export async function buildFromCatalog(asked: BuildRequest, ports: Ports): Promise<Built> {
  const found = await findRequested(asked, ports);
  await requireSandboxes(found, ports);
  const lock =
    asked.locked === null ? await lockFound(found, asked, ports) : await readLock(asked.locked, found, ports);
  const known = await ports.library.substitutions();
  const input: PlanInput = { match: found.match, lock, known };
  const truth = trueTagsOf(input);
  const tag = asked.anyTag === true ? trueTagOf(input, truth) : found.match.tag;
  const request = asked.anyTag === true ? { ...asked, name: `${found.match.name}:${tag}` } : asked;
  if (asked.anyTag !== true) requireVersion(input, truth);
  await fetchInputs(lock, found.platforms, ports);
  const planned = { ...input, version: longestOf(truth.tags) };
  const plans = await Promise.all(found.platforms.map(async (platform) => await planImage(planned, platform, ports)));
  requireValidatedModule(request, plans);
  const outcomes: ImageOutcome[] = [];
  for (const [index, plan] of plans.entries()) {
    ports.report.step(`building ${request.name} for ${found.platforms[index]}`);
    outcomes.push(await buildImage(plan, ports.packings));
    ports.signal.throwIfAborted();
  }
  const annotations = plans[0] === undefined ? {} : annotationsOf(plans[0]);
  const index = joinImages(
    outcomes.map(({ image }) => image),
    annotations,
    found.match,
  );
  await rememberIndex(index, ports.cache);
  const problems = [
    ...new Set(outcomes.flatMap((outcome) => outcome.problems.map(({ rule, message }) => `${rule}: ${message}`))),
  ];
  for (const problem of problems) ports.report.note(`${request.name}: ${problem}`);
  const tags = tagsOf(found.match, truth, index);
  const facts = index.images.flatMap((image) => outcomes.find((outcome) => outcome.image === image)?.facts ?? []);
  if (found.match.entry.kind === "image") await recordBuild(found.match, { index, tags, facts }, ports);
  return {
    name: found.match.name,
    request,
    index,
    tag,
    tags,
    lock,
    source: builtSource(index, ports.cache),
    annotations,
    origins: originsOf(lock, known),
    problems,
    fips: facts.map(({ labels }) => fipsStatement(labels)).find((statement) => statement !== null) ?? null,
    known: outcomes.every((outcome) => outcome.known),
    facts,
  };
}

/** Sentences on inputs of a lock that are not Debian's, each once. */
function originsOf(lock: Lock, known: ReadonlyMap<string, Substitution>): readonly string[] {
  const npm = new Map(
    Object.values(lock.platforms).flatMap((platform) => platform.npm.map((locked) => [locked.name, locked] as const)),
  );
  const sentences = [...known.values()].flatMap((item) =>
    item.kind === "npm"
      ? [...new Set(Object.values(item.packages))].flatMap((name) => {
          const locked = npm.get(name);
          return locked === undefined || !isOfRange(item, locked) ? [] : [originComments(item, locked).join("; ")];
        })
      : [],
  );
  return [...new Set(sentences)];
}

/** Whether a locked package is one that a substitution would take: several may take other versions of the same package. */
function isOfRange({ range }: NpmSubstitution, { version }: LockedNpmPackage): boolean {
  return version === range || version.startsWith(range.replace(/x$/, ""));
}

function requireValidatedModule(request: BuildRequest, plans: readonly ImagePlan[]): void {
  if (request.requireValidatedFips !== true) return;
  const isValidated = ({ definition }: ImagePlan) =>
    definition["fips-compliant"] === true && certificateOf(definition.labels) !== null;
  const plan = plans.find((candidate) => !isValidated(candidate));
  if (plan === undefined) return;
  const what =
    plan.definition["fips-compliant"] === true ? "its FIPS module has no certificate" : "it is no FIPS image";
  throw new FlowError("FLOW_FIPS_NOT_VALIDATED", `${request.name}: ${what}`, {
    hint: `a definition that brings a validated module states the certificate in the label ${certificateLabel}`,
  });
}

/** The true tags and that of this build; a reconstruction has none, as its tags are those of what it stands for. */
function tagsOf({ entry }: CatalogMatch, { tags }: TrueTags, { index }: BuiltIndex): readonly string[] {
  const own = entry.kind === "image" ? buildTag(tags, index.descriptor.digest) : null;
  return own === null ? tags : [...tags, own];
}

/** The tag that was asked for, or where it is not true now, the longest of the definition's that is. */
function trueTagOf({ match }: PlanInput, { tags, dropped }: TrueTags): string {
  const { tag, source } = match;
  if (!dropped.includes(tag)) return tag;
  const standing = source.definition.tags.filter((candidate) => tags.includes(candidate));
  return longestOf(standing.length > 0 ? standing : tags);
}

function requireVersion({ match }: PlanInput, { version, dropped }: TrueTags): void {
  const asked = match.requiredBuild === null ? match.tag : withoutBuild(match.tag);
  const wanted = match.requiredVersion ?? (dropped.includes(asked) ? asked : null);
  if (wanted === null || version === wanted || version?.startsWith(`${wanted}.`) === true) return;
  throw new FlowError(
    "FLOW_INPUT_MISSING",
    `${match.name}:${match.tag} asks for ${wanted}, and ${version} is what there is now`,
    {
      hint: `use a tag that ${version} has, or a lock made when ${wanted} was current`,
    },
  );
}
