/** Which image was looked at. `digest` is of the platform's manifest; `platform` is `os/architecture[/variant]`. */
export interface ImageIdentity {
  readonly reference: string;
  readonly digest: string | null;
  readonly platform: string | null;
}

/** The source package a binary package was built from. */
export interface SourcePackage {
  readonly name: string;
  readonly version: string;
}

/** The purl type: `deb`, `apk`, `npm`; `generic` for a runtime no package owns; `hardpan` for what the builder itself adds. */
export type PackageType = string;

/** A package in the form every command's JSON gives it. */
export interface PackageIdentity {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string;
  /** null where the ecosystem has no source packages. */
  readonly source: SourcePackage | null;
  /** Package URL (purl-spec). */
  readonly purl: string;
}

/** One component of an image. */
export interface SbomPackage extends PackageIdentity {
  /** SPDX licence expressions as found; empty when not known. */
  readonly licenses: readonly string[];
  /** Paths inside the image, without leading slash, that prove it is there. */
  readonly locations: readonly string[];
  /** Digest of the (compressed) layer that brought it; null when not known. */
  readonly layer: string | null;
  readonly supplier: string | null;
  /** Debian architecture or npm cpu; null when it has none. */
  readonly architecture: string | null;
  /** Free notes on origin, such as `not compared` with an official release. */
  readonly comments: readonly string[];
  /** URL of the distribution's package that brought the evidence file; null when none did. */
  readonly owner: string | null;
  /** Whether the base image had it already; null when not known. */
  readonly fromBase: boolean | null;
  /** URLs of packages of the same bill it needs, sorted. */
  readonly dependsOn: readonly string[];
}

/** One regular file of an image. What is not known is null. */
export interface SbomFile {
  /** Without leading slash. */
  readonly path: string;
  /** In bytes. */
  readonly size: number | null;
  /** In lower-case hexadecimal digits. */
  readonly sha256: string | null;
  readonly sha1: string | null;
  /** Digest of the (compressed) layer that brought it. */
  readonly layer: string | null;
  /** URL of the package it belongs to. */
  readonly owner: string | null;
}

/** The distribution named by os-release; a field that is absent there is null. */
export interface Distribution {
  readonly id: string;
  readonly versionId: string | null;
  readonly codename: string | null;
  readonly prettyName: string | null;
}

/** What is inside an image. Packages are sorted by type, name, version, location. */
export interface Sbom {
  readonly image: ImageIdentity;
  readonly distribution: Distribution | null;
  readonly packages: readonly SbomPackage[];
  /** Regular files and symlinks that no package owns; `bytes` counts regular files. */
  readonly unowned: { readonly files: number; readonly bytes: number; readonly paths: readonly string[] };
  /** All regular files, sorted by path; only where they were asked for. */
  readonly files?: readonly SbomFile[];
}
