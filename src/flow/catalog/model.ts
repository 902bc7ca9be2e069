/** What a definition is to this machine's Hardpan. */
export type DefinitionStatus = "buildable" | "missing-packages" | "needs-source" | "invalid";

/** What is wrong in a definition, and where. `line` and `column` count from 1. */
export interface ReportedProblem {
  /** The included file that has the problem; absent when it is the definition's own. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  /** `contents.packages[3]`; absent for the file as a whole. */
  readonly path?: string;
  readonly message: string;
}

/** One definition of the catalogue, looked at. */
export interface CheckedDefinition {
  /** Below the catalogue's folder. */
  readonly path: string;
  /** `image`, `variant` and `distribution` are null where the file could not be read. */
  readonly image: string | null;
  readonly variant: string | null;
  readonly flavor: string | null;
  readonly distribution: string | null;
  /** As the file lists them. */
  readonly tags: readonly string[];
  readonly status: DefinitionStatus;
  /** Packages, of the image or of its builds, that neither Debian nor a substitution has: `name` or `name=version`. */
  readonly missing: readonly string[];
  /** What else it needs, as `kind: what`. */
  readonly needs: readonly string[];
  readonly problems: readonly ReportedProblem[];
  /** What a reader should know: sentences. */
  readonly notes: readonly string[];
  /** Set where the packaged version is another than the tags say. */
  readonly version: CheckedVersion | null;
}

/** The version an image would really have, and what that does to its tags. */
export interface CheckedVersion {
  readonly package: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly dropped: readonly string[];
}

/** An `info.yaml` that something is wrong with. */
export interface CheckedInformation {
  /** Below the catalogue's folder. */
  readonly path: string;
  readonly problems: readonly ReportedProblem[];
}

/** The JSON of `hardpan catalog check`. */
export interface CatalogCheck {
  readonly schema: "hardpan/catalog-check/1";
  readonly catalog: string;
  readonly totals: CatalogTotals;
  /** Missing packages, those that most definitions need first. */
  readonly missing: readonly { readonly name: string; readonly definitions: number }[];
  /** Images' `info.yaml` files that are not valid. */
  readonly information: readonly CheckedInformation[];
  /** YAML files among the definitions that are none: their first line is not `# syntax=…`. */
  readonly skipped: readonly string[];
  /** By path. */
  readonly definitions: readonly CheckedDefinition[];
}

/** How many definitions, images and tags there are, and how many definitions of each status. */
export interface CatalogTotals {
  readonly definitions: number;
  readonly images: number;
  readonly tags: number;
  readonly buildable: number;
  readonly missingPackages: number;
  readonly needsSource: number;
  readonly invalid: number;
}
