/** Which image was looked at. `digest` is of the platform's manifest; `platform` is `os/architecture[/variant]`. */
export interface ImageIdentity {
  readonly reference: string;
  readonly digest: string;
  readonly platform: string;
}

/** The source package a binary package was built from. */
export interface SourcePackage {
  readonly name: string;
  readonly version: string;
}

/** `deb`, `npm`; `generic` for a runtime no package owns; `hardpan` for what the builder itself adds. */
export type PackageType = "deb" | "npm" | "generic" | "hardpan";

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
}
