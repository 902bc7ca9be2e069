import type { FactsInput } from "../facts.ts";
import type { FileTrait } from "../trait.ts";

/** What an audit looks at: `contents` of the files `neededForAudit` names, `traits` of all files that have one. */
export interface AuditInput extends FactsInput {
  /** The architecture of the image's platform, such as `amd64`. */
  readonly architecture: string;
  readonly traits: ReadonlyMap<string, FileTrait>;
}
