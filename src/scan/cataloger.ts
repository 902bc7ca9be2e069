import type { InspectedTree } from "../facts/files/tree.ts";
import type { ImageConfig } from "../oci/config.ts";
import type { Distribution, PackageIdentity } from "../sbom/model.ts";
import type { Owners } from "./owners.ts";
import type { RandomBytes } from "./reading/random-bytes.ts";

/**
 * Finds one kind of package in an image. What it finds in a file is JSON and depends on the file alone, as what a layer
 * has is remembered for every image with that layer.
 */
export interface Cataloger<Finding = unknown> {
  readonly name: string;
  readonly interest: Interest;
  /** How the file at `path` is read; null where it is not. Depends on its arguments alone. `size` is 0 for a hard link. */
  reading(path: string, file: { readonly size: number }): Reading<Finding> | null;
  /** What the findings of the image amount to; the files its packages own it adds to `context.owners`. */
  catalog(context: ScanContext<Finding>): readonly FoundPackage[];
}

/** Which files a cataloger is asked about: one of these must fit. */
export interface Interest {
  /** Files of this name, in any folder. */
  readonly names?: readonly string[];
  /** Files whose name ends like this, such as `.jar`. */
  readonly endings?: readonly string[];
  /** Files below these folders, written with a slash at the end: `var/lib/dpkg/`. */
  readonly folders?: readonly string[];
  /** ELF programs and libraries, whatever their name. */
  readonly programs?: boolean;
}

/**
 * How a content is read: as a whole in memory, or at places anywhere in it, where it has at most `limit` bytes (a larger
 * one is warned of); or as it streams past. null is for what is not what its name suggests. For damaged or hostile content
 * SCAN_FILE_INVALID is thrown, which becomes a warning; nothing else may be thrown.
 */
export type Reading<Finding> =
  | { readonly limit: number; readonly read: (content: Uint8Array) => Finding | null }
  | { readonly limit: number; readonly readAt: (content: RandomBytes) => Finding | null }
  | { readonly stream: () => ContentReader<Finding> };

/** Reads a content in pieces of any length, which are only lent. */
export interface ContentReader<Finding> {
  write(piece: Uint8Array): void;
  end(): Finding | null;
}

/** What catalogers look at. */
export interface ScanContext<Finding = unknown> {
  readonly tree: InspectedTree;
  /** Whether the files are an image's, or a folder's: a project, whose lock files say what will be installed. */
  readonly place: "image" | "folder";
  /** What it found, by path; a hard link has what its file has. */
  readonly findings: ReadonlyMap<string, Finding>;
  readonly config: ImageConfig;
  readonly distribution: Distribution | null;
  readonly owners: Owners;
  /** Packages found by earlier catalogers. */
  readonly found: readonly FoundPackage[];
  /** Tells of something that could not be read and may hide packages. */
  warn(path: string, reason: string): void;
}

/** A package as its cataloger knows it; what layers and owners say of it, the scan adds. */
export interface FoundPackage extends PackageIdentity {
  readonly licenses: readonly string[];
  /** Paths that prove it is there; the first is the evidence unless `evidence` says otherwise. */
  readonly locations: readonly string[];
  readonly supplier: string | null;
  readonly architecture: string | null;
  readonly comments: readonly string[];
  /** The path whose layer brought the package. */
  readonly evidence?: string;
  /** Package URLs of packages it needs. */
  readonly dependsOn?: readonly string[];
}
