import type { AppliedStatement } from "../model.ts";

/** What a statement says of a vulnerability in a product, in OpenVEX's words (OpenVEX 0.2.0, "Status Labels"). */
export type VexStatus = AppliedStatement["status"];

/** A VEX document of any format, in one shape. */
export interface VexDocument {
  /** What it is written in: `OpenVEX 0.2.0`, `OpenVEX` where it does not say which, `CSAF 2.0`, `CycloneDX 1.6`. */
  readonly format: string;
  /** What it calls itself, which need not be unique; the name it was read under where it does not say. */
  readonly id: string;
  /** `unknown` where it does not say. */
  readonly author: string;
  /** ISO 8601 in UTC; null where it does not say. */
  readonly timestamp: string | null;
  /** In the document's order. */
  readonly statements: readonly VexStatement[];
  /** What is wrong with statements that were read nevertheless, in sentences. */
  readonly problems: readonly string[];
}

/** One status of one vulnerability in some products. */
export interface VexStatement {
  readonly vulnerability: { readonly id: string; readonly aliases: readonly string[] };
  readonly status: VexStatus;
  /** One of OpenVEX's five labels; what else the author wrote is kept as it is. */
  readonly justification: string | null;
  /** The impact or action statement or the notes on the status, in the author's words. */
  readonly statement: string | null;
  /** Whether it says `not_affected` and not why, which OpenVEX requires. Such a statement decides nothing. */
  readonly unexplained: boolean;
  /** ISO 8601 in UTC: the statement's own time, else the document's; null where neither says one. */
  readonly timestamp: string | null;
  readonly author: string;
  /** The document's `id`. */
  readonly document: string;
  readonly products: readonly VexProduct[];
}

/** Something a statement is about. It is meant when one of its identifiers is the thing's. */
export interface VexComponent {
  /** Package URLs, image references and SHA-256 digests (hex). Empty where it has none that could be compared, such as CPEs only. */
  readonly identifiers: readonly string[];
}

/** A product, and what in it the statement is about; no subcomponents mean all of it. */
export interface VexProduct extends VexComponent {
  readonly subcomponents: readonly VexComponent[];
}

/** A VEX document and where it comes from. */
export interface SourcedDocument {
  readonly document: VexDocument;
  /** For people: a path, a feed's name, an attestation's digest. */
  readonly source: string;
  /** Named by the user, of a feed, attached to an image, or a file within it. */
  readonly origin: "named" | "feed" | "attestation" | "embedded";
  /** Whether its signature verifies with a key the user named. */
  readonly verified: boolean;
  /** Whether it comes with the image itself or with the image that is its base. */
  readonly scope: "image" | "base";
}
