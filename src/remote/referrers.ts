import { type Descriptor, readDescriptor } from "../oci/descriptor.ts";
import { type Digest, sha256Digest } from "../oci/digest.ts";
import type { ReferrersOptions } from "../oci/graph.ts";
import { parseIndex } from "../oci/image-index.ts";
import { asArray } from "../oci/json.ts";
import { isIndex, mediaTypes } from "../oci/media-type.ts";
import { type Referrer, readReferrer, referrersTag, withReferrer } from "../oci/referrer.ts";
import type { RepositoryClient } from "./client.ts";
import { RemoteError } from "./error.ts";
import { type FetchedManifest, fetchManifest, putManifest } from "./manifests.ts";
import { fetchPages } from "./pages.ts";

/** What a registry answers that does not know the referrers API. */
const unknownPath = [400, 404, 405, 406];

/** The most referrers that one subject may have. */
const maximumReferrers = 10_000;

/**
 * What the registry lists as the referrers of `subject`, each once, in its order, over all pages (OCI distribution-spec,
 * "Listing Referrers"). A registry without the API is asked for the tag that stands in for it. Throws REMOTE_INVALID for
 * more than 10 000.
 */
export async function listReferrers(
  client: RepositoryClient,
  subject: Digest,
  options: ReferrersOptions = {},
): Promise<readonly Descriptor[]> {
  const { artifactType, signal } = options;
  const all = (await askReferrers(client, subject, options)) ?? (await readTag(client, subject, signal));
  const distinct = [...new Map(all.map((referrer) => [referrer.digest, referrer])).values()];
  return artifactType === undefined ? distinct : distinct.filter((referrer) => referrer.artifactType === artifactType);
}

/** Sees to it that referrers are listed with what they refer to. */
export interface ReferrersList {
  /** Takes note of a referrer that was stored, and of whether the registry has taken note of its subject (OCI-Subject). */
  stored(referrer: Referrer, answer: { readonly noted: boolean; readonly signal?: AbortSignal }): Promise<void>;
  /** Makes sure that a manifest, already in the repository, is listed where it is a referrer; `load` gives its bytes. */
  ensure(descriptor: Descriptor, load: () => Promise<Uint8Array>): Promise<void>;
}

/**
 * A registry with the referrers API lists by itself; without it, the list is an index under a tag of its own, which clients
 * keep (OCI distribution-spec, "Pushing Manifests with Subject").
 */
export function createReferrersList(client: RepositoryClient): ReferrersList {
  const listed = new Set<Digest>();
  let byRegistry = false;
  let last: Promise<void> = Promise.resolve();
  // Two referrers of one subject at once would each write a list without the other.
  const inTurn = async (task: () => Promise<void>) => {
    const turn = last.then(task);
    last = turn.catch(() => {});
    await turn;
  };
  const add = async (referrer: Referrer, signal?: AbortSignal) => {
    await inTurn(async () => await listInTag(client, referrer, signal));
    listed.add(referrer.descriptor.digest);
  };
  return {
    async stored(referrer, { noted, signal }) {
      if (noted) byRegistry = true;
      else await add(referrer, signal);
    },
    async ensure(descriptor, load) {
      if (byRegistry || listed.has(descriptor.digest)) return;
      const referrer = readReferrer(descriptor, await load());
      if (referrer === null) return;
      byRegistry = (await askReferrers(client, referrer.subject.digest)) !== null;
      if (!byRegistry) await add(referrer);
    },
  };
}

/** The answer of the referrers API; null where the registry has none. */
async function askReferrers(
  client: RepositoryClient,
  subject: Digest,
  { artifactType, signal }: ReferrersOptions = {},
): Promise<readonly Descriptor[] | null> {
  const query = artifactType === undefined ? "" : `?${new URLSearchParams({ artifactType })}`;
  const found: Descriptor[] = [];
  let isSupported = false;
  const pages = fetchPages(client, {
    target: `referrers/${subject}${query}`,
    action: "pull",
    accept: [200, ...unknownPath],
    what: `the referrers of ${subject}`,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const { document } of pages) {
    isSupported = true;
    found.push(...asArray(document["manifests"], `${client.name}: referrers`, readDescriptor));
    if (found.length > maximumReferrers) throw tooMany(client, subject);
  }
  return isSupported ? found : null;
}

async function readTag(
  client: RepositoryClient,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[]> {
  const list = await fetchTag(client, subject, signal);
  if (list === null || !isIndex(list.descriptor.mediaType)) return [];
  return parseIndex(list.bytes, `${client.name}:${referrersTag(subject)}`).manifests;
}

/**
 * Adds a referrer to the list under its subject's tag and reads it back: another client may have written at the same time,
 * and then it is done again. Where the registry takes conditions, what another has written meanwhile is not overwritten.
 */
async function listInTag(client: RepositoryClient, referrer: Referrer, signal?: AbortSignal): Promise<void> {
  const subject = referrer.subject.digest;
  const reference = referrersTag(subject);
  for (let attempt = 0; attempt < 6; attempt++) {
    const list = await fetchTag(client, subject, signal);
    if (list !== null && !isIndex(list.descriptor.mediaType)) throw notAList(client, reference);
    const bytes = withReferrer(list?.bytes ?? null, referrer.descriptor);
    if (bytes === null) return;
    const mediaType = list?.descriptor.mediaType ?? mediaTypes.index;
    const descriptor = { mediaType, digest: sha256Digest(bytes), size: bytes.length };
    const condition = list?.etag === undefined ? {} : { ifMatch: list.etag };
    await putManifest(
      client,
      { descriptor, bytes },
      { reference, ...condition, ...(signal === undefined ? {} : { signal }) },
    );
  }
  throw new RemoteError("REMOTE_FAILED", `${client.name}:${reference} does not keep ${referrer.descriptor.digest}`, {
    hint: "others write to the same list of referrers, or the registry does not let tags be changed; copy again",
  });
}

async function fetchTag(
  client: RepositoryClient,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<FetchedManifest | null> {
  try {
    return await fetchManifest(client, referrersTag(subject), signal);
  } catch (cause) {
    if (cause instanceof RemoteError && cause.code === "REMOTE_NOT_FOUND") return null;
    throw cause;
  }
}

function notAList(client: RepositoryClient, tag: string): RemoteError {
  return new RemoteError("REMOTE_INVALID", `${client.name}:${tag} is not an index, so that no referrer can be listed`, {
    hint: "the tag is reserved for lists of referrers; remove the image it names",
  });
}

function tooMany(client: RepositoryClient, subject: Digest): RemoteError {
  return new RemoteError("REMOTE_INVALID", `${client.name}: ${subject} has more than ${maximumReferrers} referrers`, {
    hint: "somebody has filled the repository; ask its owner to clean it",
  });
}
