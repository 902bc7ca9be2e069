import { type Digest, isDigest } from "./digest.ts";
import { OciError } from "./error.ts";

declare const registryBrand: unique symbol;
declare const repositoryBrand: unique symbol;
declare const tagBrand: unique symbol;

/** A registry's `host[:port]`. */
export type RegistryHost = string & { readonly [registryBrand]: true };
/** A repository's path within its registry, such as `library/node`. */
export type RepositoryName = string & { readonly [repositoryBrand]: true };
/** A tag (OCI distribution-spec, "Pulling manifests"). */
export type Tag = string & { readonly [tagBrand]: true };

/**
 * The name of an image, `[registry/]repository[:tag][@digest]`, as Docker reads it. Only `parseReference` makes one, so its
 * parts are always well formed; a name with neither tag nor digest means the tag `latest`.
 */
export interface ImageReference {
  readonly registry: RegistryHost;
  readonly repository: RepositoryName;
  readonly tag: Tag | null;
  readonly digest: Digest | null;
}

const hostLabel = "(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9])";
const hostPattern = new RegExp(`^(?:${hostLabel}(?:\\.${hostLabel})*|\\[[0-9a-fA-F:]{2,39}\\])(?::[0-9]{1,5})?$`);
const repositoryPart = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** The registry that a name without one means. */
export const defaultRegistry = "docker.io";

/**
 * Reads an image name, filling in what Docker does: the registry docker.io, its `library/`, the tag `latest`.
 * Throws OCI_REFERENCE_INVALID.
 */
export function parseReference(text: string): ImageReference {
  if (text.length > 600) throw invalidReference(text, "it is too long");
  const [beforeDigest = "", digest, ...more] = text.split("@");
  if (more.length > 0) throw invalidReference(text, "it has more than one @");
  if (digest !== undefined && !isDigest(digest))
    throw invalidReference(text, "what follows the @ is not a sha256 digest");
  const colon = beforeDigest.lastIndexOf(":");
  const hasTag = colon > beforeDigest.lastIndexOf("/") && colon !== -1;
  const name = hasTag ? beforeDigest.slice(0, colon) : beforeDigest;
  const tag = hasTag ? beforeDigest.slice(colon + 1) : digest === undefined ? "latest" : null;
  if (tag !== null && !isTag(tag)) throw invalidReference(text, "its tag is not one");
  if (/^[a-f0-9]{64}$/.test(name)) throw invalidReference(text, "64 hexadecimal digits are an image's ID, not a name");

  const { registry, repository } = splitName(name);
  if (!isRegistryHost(registry)) throw invalidReference(text, `${JSON.stringify(registry)} is not a registry`);
  if (!isRepositoryName(repository)) throw invalidReference(text, repositoryReason(repository));
  if (registry.length + repository.length > 254) throw invalidReference(text, "its name has more than 255 characters");
  return { registry, repository, tag, digest: digest ?? null };
}

/** `reference` in full, such as `docker.io/library/node:latest`; `parseReference` reads the same reference back. */
export function formatReference(reference: ImageReference): string {
  const { registry, repository, tag, digest } = reference;
  return `${registry}/${repository}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest}`}`;
}

/** `reference` without what Docker fills in, such as `node:24` for `docker.io/library/node:24`. The tag is kept. */
export function shortReference(reference: ImageReference): string {
  const full = formatReference(reference);
  const short = full.replace(/^docker\.io\/(?:library\/(?=[^/]+$))?/, "");
  return splitName(short).registry === defaultRegistry ? short : full;
}

/** Whether the image name `text` says which image of its repository it means, and does not leave it at Docker's `latest`. */
export function namesImage(text: string): boolean {
  return text.includes("@") || text.lastIndexOf(":") > text.lastIndexOf("/");
}

/** Whether `text` is a well-formed tag. */
export function isTag(text: string): text is Tag {
  return tagPattern.test(text);
}

/** Whether `text` is `host[:port]`, with a name, an IPv4 address or an IPv6 address in brackets. */
export function isRegistryHost(text: string): text is RegistryHost {
  return text.length <= 253 && hostPattern.test(text);
}

/** Whether `text` is a repository's path (OCI distribution-spec, "Pulling manifests"). */
export function isRepositoryName(text: string): text is RepositoryName {
  return text.length <= 255 && text.split("/").every((part) => repositoryPart.test(part));
}

/** Docker's rule: what stands before the first slash is a registry if it has a dot, a colon or a capital, or is localhost. */
function splitName(name: string): { readonly registry: string; readonly repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const isRegistry = first === "localhost" || /[.:[A-Z]/.test(first);
  const given = isRegistry ? first : defaultRegistry;
  const registry = given === "index.docker.io" ? defaultRegistry : given;
  const repository = isRegistry ? name.slice(slash + 1) : name;
  const isOfficial = registry === defaultRegistry && !repository.includes("/");
  return { registry, repository: isOfficial ? `library/${repository}` : repository };
}

function repositoryReason(repository: string): string {
  if (repository !== repository.toLowerCase()) return "a repository's name is in lower case";
  return `${JSON.stringify(repository)} is not a repository's name`;
}

function invalidReference(text: string, reason: string): OciError {
  return new OciError(
    "OCI_REFERENCE_INVALID",
    `not an image reference: ${JSON.stringify(text.slice(0, 300))}: ${reason}`,
    {
      hint: "write [registry/]repository[:tag][@sha256:digest], such as node:24 or localhost:5000/team/app:1.0",
    },
  );
}
