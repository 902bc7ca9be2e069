import { loadMapping, mappingFor } from "../../../catalog/mapping.ts";
import { CodedError } from "../../../error.ts";
import { parseOfficialImage } from "../../../migrate/official-image.ts";
import type { Descriptor } from "../../../oci/descriptor.ts";
import { readDocument } from "../../../oci/image.ts";
import { parseIndex } from "../../../oci/image-index.ts";
import { isIndex } from "../../../oci/media-type.ts";
import { formatReference, type ImageReference, isTag, parseReference } from "../../../oci/reference.ts";
import { openRepository } from "../../../remote/repository.ts";
import type { KnownBase, NotConsidered, RecommendationKind } from "../../../vuln/recommend/model.ts";
import { newerTags } from "../../../vuln/recommend/tags.ts";
import type { Ports } from "../../ports.ts";
import { claimedBase } from "../../reference/claimed.ts";
import type { Scanned } from "../../scan.ts";

/** An image that may stand in place of a base. */
export interface Candidate {
  readonly kind: RecommendationKind;
  /** As `scanReference` takes it. */
  readonly reference: string;
  readonly text: string;
  readonly notes: readonly string[];
}

/** What was found, and what could not be looked for. */
export interface Found {
  readonly candidates: readonly Candidate[];
  readonly notConsidered: readonly NotConsidered[];
}

interface Search {
  readonly scanned: Scanned;
  readonly request: { readonly tag: string | null };
  readonly wanted: (kind: RecommendationKind) => boolean;
}

/** Images that may stand in place of `base`: the catalogue's, the same tag as it is now, other tags. */
export async function findCandidates(base: KnownBase | null, search: Search, ports: Ports): Promise<Found> {
  const { wanted } = search;
  if (base === null) {
    const reason = "the image does not say what it is built on; name it with --base";
    const kinds: readonly RecommendationKind[] = ["hardened", "refresh", "update"];
    return {
      candidates: [],
      notConsidered: kinds.filter(wanted).map((kind) => ({ kind, reference: null, reason })),
    };
  }
  const parts = [
    ...(wanted("hardened") ? [await hardened(base, ports)] : []),
    ...(wanted("refresh") || wanted("update") ? [await fromRegistry(base, search, ports)] : []),
  ];
  return {
    candidates: parts.flatMap(({ candidates }) => candidates),
    notConsidered: parts.flatMap(({ notConsidered }) => notConsidered),
  };
}

async function hardened(base: KnownBase, ports: Ports): Promise<Found> {
  const official = parseOfficialImage(base.reference);
  const mapping = official === null ? null : mappingFor(official, await loadMapping(ports.catalog));
  if (mapping === null) {
    const reason = `the catalogue has no image that stands for ${base.reference}`;
    return { candidates: [], notConsidered: [{ kind: "hardened", reference: null, reason }] };
  }
  const reference = `catalog://${mapping.image}`;
  const asked = mapping.askedVersion === null ? [] : [`the base asks for version ${mapping.askedVersion}`];
  const text = `build on the hardened image ${mapping.image} in place of ${base.reference}`;
  return { candidates: [{ kind: "hardened", reference, text, notes: asked }], notConsidered: [] };
}

/** The tag as the registry has it now, and newer tags of the same form. Nothing is asked where nothing may be fetched. */
async function fromRegistry(base: KnownBase, { request, wanted, scanned }: Search, ports: Ports): Promise<Found> {
  const kinds = (["refresh", "update"] as const).filter(wanted);
  const none = (reason: string): Found => ({
    candidates: [],
    notConsidered: kinds.map((kind) => ({ kind, reference: base.reference, reason })),
  });
  if (ports.offline) return none("nothing may be fetched (--offline)");
  if (scanned.built !== null) return none("it is built here, always of the newest packages");
  try {
    const isClaimed = base.namedBy === "label" || base.namedBy === "annotation";
    const parsed = isClaimed
      ? claimedBase(base.reference, scanned.sbom.image.reference)
      : parseReference(base.reference);
    const repository = openRepository(parsed, ports.registries);
    const tag = parsed.tag ?? "latest";
    const refreshed = wanted("refresh") ? await refresh(base, { repository, parsed, tag }) : [];
    const tags = !wanted("update")
      ? []
      : request.tag !== null
        ? [request.tag]
        : newerTags(tag, await repository.tags(ports.signal));
    const updates = tags.map((newer): Candidate => {
      const reference = tagged(parsed, newer);
      return {
        kind: "update",
        reference: `registry://${reference}`,
        text: `build on ${reference} in place of ${base.reference}`,
        notes: [],
      };
    });
    return { candidates: [...refreshed, ...updates], notConsidered: [] };
  } catch (cause) {
    ports.signal.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    return none(cause.message);
  }
}

interface Asked {
  readonly repository: ReturnType<typeof openRepository>;
  readonly parsed: ImageReference;
  readonly tag: string;
}

/** Nothing where the tag still is what the image is built on: by digest of the index or of the platform's manifest. */
async function refresh(base: KnownBase, { repository, parsed, tag }: Asked): Promise<readonly Candidate[]> {
  const current = await repository.resolve(tag);
  if (base.digest !== null && (current.digest === base.digest || (await holds(repository, current, base.digest)))) {
    return [];
  }
  const reference = `registry://${tagged(parsed, tag)}@${current.digest}`;
  const text = `build anew: ${tagged(parsed, tag)} is ${current.digest} by now`;
  return [{ kind: "refresh", reference, text, notes: [] }];
}

/** Whether an index has the manifest `digest`. */
async function holds(repository: Asked["repository"], descriptor: Descriptor, digest: string): Promise<boolean> {
  if (!isIndex(descriptor.mediaType)) return false;
  const index = parseIndex(await readDocument(repository, descriptor), `the index ${descriptor.digest}`);
  return index.manifests.some((one) => one.digest === digest);
}

function tagged(parsed: ImageReference, tag: string): string {
  if (!isTag(tag)) return formatReference(parsed);
  return formatReference({ ...parsed, tag, digest: null });
}
