import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, isDigest } from "../oci/digest.ts";
import type { ReferrersOptions, Source, Target } from "../oci/graph.ts";
import { asArray, asString, maximumDocumentSize, optional } from "../oci/json.ts";
import { isDocument } from "../oci/media-type.ts";
import { type ImageReference, isTag, parseReference } from "../oci/reference.ts";
import { readReferrer } from "../oci/referrer.ts";
import { readVerified } from "../oci/verify.ts";
import { fetchBlob } from "./blobs.ts";
import { createRepositoryClient, type RegistryOptions, type RepositoryClient } from "./client.ts";
import { RemoteError } from "./error.ts";
import { type FetchedManifest, fetchManifest, putManifest } from "./manifests.ts";
import { fetchPages } from "./pages.ts";
import { createReferrersList, listReferrers } from "./referrers.ts";
import { uploadBlob } from "./upload.ts";

/** A repository of a registry: a source and a target. */
export interface Repository extends Source, Target {
  /** In full, such as `docker.io/library/node`. */
  readonly name: string;
  /** All tags, in the registry's order. */
  tags(signal?: AbortSignal): Promise<readonly string[]>;
  referrers(subject: Descriptor, options?: ReferrersOptions): Promise<readonly Descriptor[]>;
}

/**
 * The repository of `reference`; its tag and digest play no part. Nothing is sent before it is needed. `resolve` and `tag`
 * take tags and digests. Every manifest is verified against its digest when it comes; blobs are left to their readers.
 * Referrers are listed by the registry, or by the tag that stands in for its API, where pushes and `tag` keep them.
 */
export function openRepository(reference: ImageReference, options: RegistryOptions): Repository {
  const client = createRepositoryClient(reference, options);
  const manifests = new Map<Digest, FetchedManifest>();
  const list = createReferrersList(client);
  const remember = (manifest: FetchedManifest) => {
    if (manifests.size >= 64) manifests.clear();
    manifests.set(manifest.descriptor.digest, manifest);
    return manifest;
  };
  const load = async (digest: Digest, signal?: AbortSignal) => {
    return manifests.get(digest) ?? remember(await fetchManifest(client, digest, signal));
  };

  return {
    name: client.name,
    async resolve(name) {
      const wanted = tagOrDigest(client, name);
      return isDigest(wanted)
        ? (await load(wanted)).descriptor
        : remember(await fetchManifest(client, wanted)).descriptor;
    },
    async fetch(descriptor, signal) {
      if (!isDocument(descriptor.mediaType)) return fetchBlob(client, descriptor, signal);
      const { bytes } = await load(descriptor.digest, signal);
      return only(bytes);
    },
    async exists(descriptor) {
      const response = await client.send({
        target: `${isDocument(descriptor.mediaType) ? "manifests" : "blobs"}/${descriptor.digest}`,
        action: "push",
        method: "HEAD",
        headers: isDocument(descriptor.mediaType) ? { accept: descriptor.mediaType } : {},
        accept: [200, 404],
        what: `looking for ${descriptor.digest}`,
      });
      await response.discard();
      return response.status === 200;
    },
    async push(descriptor, content, signal) {
      const cancel = signal === undefined ? {} : { signal };
      if (!isDocument(descriptor.mediaType)) {
        await uploadBlob(client, { descriptor, content, ...cancel });
        return;
      }
      const source: Source = { resolve: async () => descriptor, fetch: async () => content };
      const bytes = await readVerified(source, descriptor, { limit: maximumDocumentSize });
      const referrer = readReferrer(descriptor, bytes);
      const { noted } = await putManifest(client, { descriptor, bytes }, { reference: descriptor.digest, ...cancel });
      remember({ descriptor, bytes });
      if (referrer !== null) await list.stored(referrer, { noted, ...cancel });
    },
    async tag(descriptor, name) {
      const wanted = tagOrDigest(client, name);
      if (isDigest(wanted)) {
        await list.ensure(descriptor, async () => (await load(descriptor.digest)).bytes);
        return;
      }
      await putManifest(client, await load(descriptor.digest), { reference: wanted });
    },
    tags: async (signal) => await listTags(client, signal),
    referrers: async (subject, choice) => await listReferrers(client, subject.digest, choice),
  };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** `name` as a tag or digest: given as such, or as a full reference into this repository. */
function tagOrDigest(client: RepositoryClient, name: string): string {
  if (isDigest(name) || isTag(name)) return name;
  const { registry, repository, tag, digest } = parseReference(name);
  const wanted = digest ?? tag;
  if (`${registry}/${repository}` === client.name && wanted !== null) return wanted;
  throw new RemoteError("REMOTE_INVALID", `${name} is not a tag or digest of ${client.name}`, {
    hint: "name the image with the repository it is in",
  });
}

async function listTags(client: RepositoryClient, signal?: AbortSignal): Promise<readonly string[]> {
  const tags: string[] = [];
  const request = { target: "tags/list?n=1000", action: "pull", accept: [200], what: "the list of tags" } as const;
  for await (const { document } of fetchPages(client, { ...request, ...(signal === undefined ? {} : { signal }) })) {
    const strings = (value: unknown, path: string) => asArray(value, path, asString);
    tags.push(...(optional(document["tags"], `${client.name}: tags`, strings) ?? []).filter(isTag));
  }
  return tags;
}
