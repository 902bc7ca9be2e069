/** The name of an image. Docker's short forms are filled in, so that the same name is always the same text. */
export interface ImageName {
  /** `docker.io/library/node`. */
  readonly repository: string;
  readonly tag: string | null;
  /** Hex of the SHA-256 digest. */
  readonly digest: string | null;
}

const part = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const host = /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::\d{1,5})?$|^\[[0-9a-fA-F:]{2,39}\](?::\d{1,5})?$/;

/**
 * The name that `text` is, `[registry/]repository[:tag][@digest]` as Docker reads it, also behind `registry://`, `local://` or
 * `image://`; null for what names no image of a registry, such as the path of an archive.
 */
export function imageNameOf(text: string): ImageName | null {
  if (text.length > 600) return null;
  const [beforeDigest = "", digest, ...more] = text.replace(/^(?:registry|local|image):\/\//, "").split("@");
  if (more.length > 0) return null;
  const hex = digest === undefined ? null : (/^sha256:([a-f0-9]{64})$/.exec(digest)?.[1] ?? null);
  if (digest !== undefined && hex === null) return null;
  const colon = beforeDigest.lastIndexOf(":");
  const hasTag = colon > beforeDigest.lastIndexOf("/");
  const tag = hasTag ? beforeDigest.slice(colon + 1) : null;
  if (tag !== null && !/^\w[\w.-]{0,127}$/.test(tag)) return null;
  const repository = repositoryOf(hasTag ? beforeDigest.slice(0, colon) : beforeDigest);
  return repository === null ? null : { repository, tag, digest: hex };
}

/** `dhi/node` → `docker.io/dhi/node`; null for what is no repository. */
export function repositoryOf(name: string): string | null {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const hasRegistry = first === "localhost" || /[.:[A-Z]/.test(first);
  const registry = (hasRegistry ? first : "docker.io").toLowerCase();
  const path = hasRegistry ? name.slice(slash + 1) : name;
  if (!host.test(registry) || path.length > 255 || !path.split("/").every((one) => part.test(one))) return null;
  if (!hubs.has(registry)) return `${registry}/${path}`;
  return `docker.io/${path.includes("/") ? path : `library/${path}`}`;
}

/** What Docker Hub is called. */
const hubs: ReadonlySet<string> = new Set([
  "docker.io",
  "index.docker.io",
  "registry-1.docker.io",
  "registry.hub.docker.com",
  "hub.docker.com",
]);
