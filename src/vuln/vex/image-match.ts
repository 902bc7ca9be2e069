import type { Distribution } from "../../sbom/model.ts";
import { type ParsedPurl, parsePurl } from "../../sbom/read/purl-parts.ts";
import { purlType, sha256Of } from "./identifier.ts";
import { type ImageName, imageNameOf, repositoryOf } from "./image-name.ts";
import { isDistribution } from "./package-match.ts";

/** By what an image is known. */
export interface KnownImage {
  /** Each with its own tag, so that no tag is taken for one of another repository. */
  readonly names: readonly ImageName[];
  /** Hex of the SHA-256 digests of its manifest and of the indexes it is in. */
  readonly digests: ReadonlySet<string>;
  /** `os/architecture[/variant]`. */
  readonly platform: string | null;
  readonly distribution: Distribution | null;
}

/**
 * What is known of an image by its references and digests (`sha256:…`). A reference without tag and digest has the tag
 * `latest`, as Docker has it; what names no image of a registry, such as `oci-dir://node`, says nothing.
 */
export function knownImage(of: {
  readonly references: readonly (string | null)[];
  readonly digests: readonly (string | null)[];
  readonly platform: string | null;
  readonly distribution: Distribution | null;
}): KnownImage {
  const names = of.references.map((one) => (one === null ? null : imageNameOf(one))).filter((one) => one !== null);
  const digests = [...of.digests.map(sha256Of), ...names.map(({ digest }) => digest)].filter((one) => one !== null);
  return {
    names: names.map((one) => (one.tag === null && one.digest === null ? { ...one, tag: "latest" } : one)),
    digests: new Set(digests),
    platform: of.platform,
    distribution: of.distribution,
  };
}

/** Whether `identifier` is of an image: a package URL of type `oci` or `docker`, a digest, or an image's name. */
export function isImageIdentifier(identifier: string): boolean {
  const type = purlType(identifier);
  if (type !== null) return type === "oci" || type === "docker";
  return sha256Of(identifier) !== null || imageNameOf(identifier) !== null;
}

/**
 * Whether the product with these identifiers is `image`. A digest must be one of the image's, and then its name does not
 * matter: it is the same image wherever it is kept. Where one identifier of a product has a digest, those without do not
 * widen it to other versions. Without a digest a name means every version, and with a tag that tag of that repository. A
 * `pkg:oci` without `repository_url` means every repository whose last part is so called, as go-vex, Trivy and Grype have it.
 * Qualifiers that are not understood match nothing.
 */
export function isImage(identifiers: readonly string[], image: KnownImage): boolean {
  const named = identifiers.map(namedBy).filter((one) => one !== null);
  const pinned = named.filter(({ digest }) => digest !== null);
  return (pinned.length > 0 ? pinned : named).some((one) => isNamed(one, image));
}

/** What an identifier says of the image it is of. */
interface Named {
  /** In full; null where any will do. */
  readonly repository: string | null;
  /** Last part of the repository, where only that is said. */
  readonly lastPart: string | null;
  readonly tag: string | null;
  readonly digest: string | null;
  /** What else a package URL demands. */
  readonly qualifiers: Readonly<Record<string, string>>;
}

function namedBy(identifier: string): Named | null {
  const type = purlType(identifier);
  if (type === "oci" || type === "docker") {
    // A repository with slashes belongs into the name as %2F; some write it as it is, which the type `docker` allows.
    const purl = parsePurl(identifier) ?? parsePurl(identifier.replace(/^pkg:\/*oci\//i, "pkg:docker/"));
    return purl === null ? null : namedByPurl(purl);
  }
  if (type !== null) return null;
  const digest = sha256Of(identifier);
  if (digest !== null) return { repository: null, lastPart: null, tag: null, digest, qualifiers: {} };
  const name = imageNameOf(identifier);
  return name === null ? null : { ...name, lastPart: null, qualifiers: {} };
}

/**
 * purl-spec, types `oci` and `docker`. `repository_url` is the whole repository, though some leave the name off it
 * (`dhi.io`, `index.docker.io/library`); without one, a name may hold it all (`dhi%2Fnode`, `dhi.io%2Fnode`).
 */
function namedByPurl(purl: ParsedPurl): Named | null {
  const { repository_url: url, tag: tagged, ...qualifiers } = purl.qualifiers;
  const path = purl.namespace === null ? purl.name : `${purl.namespace}/${purl.name}`;
  const { version } = purl;
  const digest = version === null ? null : sha256Of(version);
  if (digest === null && version?.startsWith("sha256:")) return null;
  const tag = (digest === null ? version : null) ?? tagged ?? null;
  if (url === undefined && purl.type === "oci" && !path.includes("/")) {
    return { repository: null, lastPart: path.toLowerCase(), tag, digest, qualifiers };
  }
  const repository = repositoryOf(url === undefined ? path : joined(url, path));
  return repository === null ? null : { repository, lastPart: null, tag, digest, qualifiers };
}

function joined(url: string, path: string): string {
  const whole = url.replace(/^[a-z]+:\/\//, "").replace(/\/{1,10}$/, "");
  return whole === path || whole.endsWith(`/${path}`) ? whole : `${whole}/${path}`;
}

function isNamed(named: Named, image: KnownImage): boolean {
  if (!Object.entries(named.qualifiers).every(([key, value]) => holds(key, value, image))) return false;
  if (named.digest !== null) return image.digests.has(named.digest);
  return image.names.some(({ repository, tag }) => {
    const isRepository =
      named.repository === null ? repository.endsWith(`/${named.lastPart}`) : repository === named.repository;
    return isRepository && (named.tag === null || named.tag === tag);
  });
}

function holds(key: string, value: string, image: KnownImage): boolean {
  const [os, architecture, variant] = image.platform?.split("/") ?? [];
  if (key === "platform") return image.platform !== null && `${image.platform}/`.startsWith(`${value}/`);
  if (key === "os") return value === os;
  if (key === "arch") return value === architecture;
  if (key === "variant") return value === variant;
  return isDistribution(key, value, image.distribution);
}
