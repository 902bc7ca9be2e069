import { type Digest, isDigest } from "../oci/digest.ts";
import type { ImageReference } from "../oci/reference.ts";
import { createRepositoryClient, type RegistryOptions } from "./client.ts";
import { acceptedManifests, fetchManifest } from "./manifests.ts";

/**
 * The digest that a reference stands for now, by one HEAD request (OCI distribution-spec, "Checking if content exists in the
 * registry"), which registries do not count as a pull; a registry whose answer lacks the digest is asked for the manifest.
 * A reference with a digest asks nothing. Throws as `fetchManifest` does.
 */
export async function currentDigest(
  reference: ImageReference,
  options: RegistryOptions,
  signal?: AbortSignal,
): Promise<Digest> {
  if (reference.digest !== null) return reference.digest;
  const tag = reference.tag ?? "latest";
  const client = createRepositoryClient(reference, options);
  const response = await client.send({
    target: `manifests/${tag}`,
    action: "pull",
    method: "HEAD",
    headers: { accept: acceptedManifests },
    accept: [200],
    what: `the digest of ${tag}`,
    ...(signal === undefined ? {} : { signal }),
  });
  await response.discard();
  const announced = response.headers.get("docker-content-digest");
  if (announced !== null && isDigest(announced)) return announced;
  return (await fetchManifest(client, tag, signal)).descriptor.digest;
}
