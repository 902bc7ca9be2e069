/**
 * What was looked at. `digest` is of the platform's manifest; `platform` is `os/architecture[/variant]`. Both are null for
 * files that are not in an image.
 */
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

/**
 * The type of package URLs (purl-spec): `deb`, `apk`, `rpm`, `npm`, `pypi`, `golang`, `cargo`, `maven`, `gem`, `composer`,
 * `nuget`; `generic` for a runtime no package owns; `hardpan` for what the builder itself adds.
 */
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

/** Of a package only what every command's JSON gives. */
export function identityOf({ type, name, version, source, purl }: PackageIdentity): PackageIdentity {
  return { type, name, version, source, purl };
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
  /** Package URL of the distribution's package that brought the files which prove it; null where none did. */
  readonly owner: string | null;
  /** Whether it is as the base image has it; null where no base image is known. */
  readonly fromBase: boolean | null;
  /** Package URLs of packages of the same bill it needs, sorted. */
  readonly dependsOn: readonly string[];
}

/** A package that a lower layer has and a later one took away or changed to another version. */
export interface RemovedPackage extends PackageIdentity {
  readonly layer: string | null;
  /** Digest of the layer without it. */
  readonly removedBy: string;
}

/** The image that another is made from, as far as its layers prove it. */
export interface BaseImage {
  /** What it is called; null when not known. */
  readonly reference: string | null;
  /** Digest of its manifest; null when not known. */
  readonly digest: string | null;
  /** Chain id of its top layer (OCI image-spec, config.md, "Layer ChainID"), found in the image itself. */
  readonly chainId: string;
  /** How many of the image's layers are its. */
  readonly layers: number;
  /** What named it: a label of the configuration, an annotation of the manifest, the user. */
  readonly namedBy: "label" | "annotation" | "user";
}

/** What a bill of materials attested for the image says, against what is in the image. */
export type AttestedBill = ComparedBill | UnreadableBill;

/** An attested bill that was compared. Types that no file proves, as `generic`, are left out. */
export interface ComparedBill {
  /** Digest of the attestation's manifest. */
  readonly attestation: string;
  /** What it is written in, such as `SPDX 2.3`. */
  readonly format: string;
  /** Digest of the image it is of, where that is another one; else null. */
  readonly otherImage: string | null;
  /** How many packages it names. */
  readonly packages: number;
  /** Those it names that are not in the image. */
  readonly missing: readonly PackageIdentity[];
  /** Those of the types it names that are in the image and not in it. */
  readonly unnamed: readonly PackageIdentity[];
}

/** One that could not be read, and why. */
export interface UnreadableBill {
  readonly attestation: string;
  readonly problem: string;
}

/** Something a scan could not read, which may hide packages. */
export interface ScanWarning {
  readonly path: string;
  readonly reason: string;
}

/** A file of an image; digests in hex, null for what has no content of its own. */
export interface SbomFile {
  readonly path: string;
  /** Bytes; null where a foreign document does not say. */
  readonly size: number | null;
  readonly sha1: string | null;
  readonly sha256: string | null;
  /** Digest of the layer that brought it. */
  readonly layer: string | null;
  /** Package URL of the package it belongs to; null when no package owns it. */
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
  /** Regular files and symlinks that no package owns; `bytes` counts regular files. Of many, only some paths are named. */
  readonly unowned: { readonly files: number; readonly bytes: number; readonly paths: readonly string[] };
  /** The image it is made from; null where nothing proves one. */
  readonly base: BaseImage | null;
  /** Packages of lower layers that are no longer there, sorted as `packages`. */
  readonly removed: readonly RemovedPackage[];
  readonly warnings: readonly ScanWarning[];
  /** Bills attested for the image; only where they were looked for, and never in documents of other formats. */
  readonly attested?: readonly AttestedBill[];
  /** Every file with its digests, sorted by path; only where they were asked for. */
  readonly files?: readonly SbomFile[];
}
