import { PackageURL } from "packageurl-js";
import { SbomError } from "./error.ts";
import type { Distribution, ImageIdentity, SourcePackage } from "./model.ts";

/** What a Debian package's URL is made of. */
export interface DebPurlParts {
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  readonly source: SourcePackage | null;
  readonly distribution: Distribution | null;
}

/**
 * The URL of a Debian package (purl-spec, types-doc/deb-definition.md): `pkg:deb/debian/libc6@2.41-12?arch=amd64&
 * distro=debian-13&upstream=glibc`. `upstream` names the source package where its name or version differs, as other
 * scanners write it. Throws SBOM_PURL_INVALID.
 */
export function debPurl(parts: DebPurlParts): string {
  const { name, version, architecture, source, distribution } = parts;
  return packageUrl({
    type: "deb",
    namespace: distribution?.id ?? "debian",
    name,
    version,
    qualifiers: {
      arch: architecture,
      distro: distroQualifier(distribution),
      upstream: upstreamQualifier(parts, source),
    },
  });
}

/** The URL of an npm package; a scope becomes the namespace: `pkg:npm/%40types/node@24.0.0`. Throws SBOM_PURL_INVALID. */
export function npmPurl(name: string, version: string): string {
  const slash = name.startsWith("@") ? name.indexOf("/") : -1;
  const namespace = slash < 0 ? null : name.slice(0, slash);
  return packageUrl({ type: "npm", namespace, name: name.slice(slash + 1), version, qualifiers: {} });
}

/** The URL of something no ecosystem has a type for; `version` may be empty. Throws SBOM_PURL_INVALID. */
export function genericPurl(name: string, version: string): string {
  return packageUrl({ type: "generic", namespace: null, name, version, qualifiers: {} });
}

/**
 * The URL of an image by its digest (purl-spec, types-doc/oci-definition.md), named by the last part of its reference.
 * Throws SBOM_PURL_INVALID.
 */
export function imagePurl(image: ImageIdentity): string {
  const { name, tag } = imageName(image.reference);
  const architecture = image.platform?.split("/")[1] ?? null;
  const qualifiers = { arch: architecture, tag };
  return packageUrl({
    type: "oci",
    namespace: null,
    name: name.toLowerCase(),
    version: image.digest ?? "",
    qualifiers,
  });
}

/** The last part of a reference and its tag, null where it has none: `registry://a/b/node:24` → `node`, `24`. */
export function imageName(reference: string): { readonly name: string; readonly tag: string | null } {
  const [beforeDigest = ""] = reference.split("@");
  const last = beforeDigest.replace(/\/+$/, "").split("/").at(-1) ?? "";
  const [name = "", tag] = last.split(":", 2);
  return { name: name === "" ? "image" : name, tag: tag === undefined || tag === "" ? null : tag };
}

/** What a package URL is made of; `version` may be empty, qualifiers that are null or empty are left out. */
export interface PurlParts {
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string;
  readonly qualifiers?: Readonly<Record<string, string | null>>;
  readonly subpath?: string;
}

/**
 * A package URL (purl-spec) from its parts, which are encoded as the specification says. The library leaves `+` of a version
 * as it is, where the specification and other scanners have it encoded. Throws SBOM_PURL_INVALID.
 */
export function packageUrl(parts: PurlParts): string {
  const qualifiers = Object.entries(parts.qualifiers ?? {}).flatMap(([key, value]): [string, string][] =>
    value === null || value === "" ? [] : [[key, value]],
  );
  const version = parts.version === "" ? null : parts.version;
  try {
    const { type, namespace, name } = parts;
    return new PackageURL(type, namespace, name, version, Object.fromEntries(qualifiers), parts.subpath ?? null)
      .toString()
      .replaceAll("+", "%2B");
  } catch (cause) {
    throw new SbomError("SBOM_PURL_INVALID", `no package URL can name ${JSON.stringify(parts.name.slice(0, 200))}`, {
      hint: "its name or version is empty or has characters that package URLs do not allow",
      cause,
    });
  }
}

/** The qualifier `distro` of a release of a distribution: `debian-13`, or the name alone where the release is not known. */
export function distroQualifier(distribution: Distribution | null): string | null {
  if (distribution === null) return null;
  const release = distribution.versionId ?? distribution.codename;
  return release === null ? distribution.id : `${distribution.id}-${release}`;
}

function upstreamQualifier(binary: { name: string; version: string }, source: SourcePackage | null): string | null {
  if (source === null) return null;
  if (source.version !== binary.version) return `${source.name}@${source.version}`;
  return source.name === binary.name ? null : source.name;
}
