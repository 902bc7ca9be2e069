import type { Guess } from "../../../catalog/scaffold/facts.ts";

/** A new image that is asked for. */
export interface NewImageRequest {
  /** The image's name, and its folder's. */
  readonly name: string;
  /** Debian's package. */
  readonly package: string;
  /** Of Debian: `13`. */
  readonly release: "12" | "13";
  /** The line of versions for its tags, `8.0`; null for that of the package. */
  readonly line: string | null;
  readonly dev: boolean;
  /** Whether it has -fips variants; null where it has OpenSSL. */
  readonly fips: boolean | null;
  /** Only tells what would be written. */
  readonly dryRun: boolean;
}

/** The JSON of `hardpan catalog new`. */
export interface CatalogNew {
  readonly schema: "hardpan/catalog-new/1";
  readonly name: string;
  /** The catalogue's folder. */
  readonly catalog: string;
  /** False where nothing was to be written. */
  readonly written: boolean;
  /** By path below the catalogue's folder. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly content: string }[];
  readonly guesses: readonly Guess[];
  /** Packages of the runtime image for amd64, by name; sizes of the .debs in bytes. */
  readonly closure: readonly { readonly name: string; readonly version: string; readonly size: number }[];
  /** Tags that `hardpan build` takes, those of the runtime image first. */
  readonly tags: readonly string[];
  /** What a reader should know: sentences. */
  readonly notes: readonly string[];
}
