import { parseDocument } from "../../sbom/read/text.ts";
import {
  type ObjectPlace,
  objectAt,
  objectOf,
  objectsOf,
  type Place,
  textOf,
  wholeDocument,
  wrongAt,
} from "../../sbom/read/value.ts";
import { purlType, sha256Of } from "./identifier.ts";
import type { VexProduct } from "./model.ts";

/** A VEX document and what the statement around it is about. */
export interface OpenedVex {
  readonly document: ObjectPlace;
  /** Products of all statements of the document that name none (OpenVEX, ATTESTING.md). */
  readonly subjects: readonly VexProduct[];
}

/**
 * Takes a VEX document out of what attests it: a Sigstore bundle, a DSSE envelope, an in-toto statement. No signature is
 * checked. Throws SBOM_DOCUMENT_INVALID.
 */
export function openVexEnvelope(place: Place): OpenedVex {
  const outer = objectAt(place);
  const envelope = objectOf(outer, "dsseEnvelope") ?? outer;
  if (!("payloadType" in envelope.value)) return openStatement(outer);
  const payload = textOf(envelope, "payload");
  if (payload === null) throw wrongAt(envelope, "has no payload");
  const name = `the payload of ${String(place.key)}`;
  return openStatement(objectAt(wholeDocument(parseDocument(Buffer.from(payload, "base64"), name), name)));
}

function openStatement(statement: ObjectPlace): OpenedVex {
  const type = statement.value["_type"];
  if (typeof type !== "string" || !type.startsWith("https://in-toto.io/Statement/")) {
    return { document: statement, subjects: [] };
  }
  const predicateType = textOf(statement, "predicateType") ?? "";
  if (!/^(?:https:\/\/openvex\.dev\/ns|text\/vex|https:\/\/cyclonedx\.org\/(?:bom|vex))/.test(predicateType)) {
    throw wrongAt(statement, `is no VEX: its predicate is ${JSON.stringify(predicateType.slice(0, 200))}`);
  }
  const document = objectOf(statement, "predicate");
  if (document === null) throw wrongAt(statement, "has no predicate");
  return { document, subjects: [...objectsOf(statement, "subject")].map(subjectProduct) };
}

/** The digest says which image is meant, so that its name, which is of all its versions, is left out. */
function subjectProduct(subject: ObjectPlace): VexProduct {
  const name = textOf(subject, "name");
  const digests = objectOf(subject, "digest");
  const digest = digests === null ? null : sha256Of(textOf(digests, "sha256"));
  const type = name === null ? null : purlType(name);
  const isPackage = type !== null && type !== "oci" && type !== "docker";
  const names = name !== null && (digest === null || isPackage) ? [name] : [];
  return { identifiers: digest === null ? names : [...names, digest], subcomponents: [] };
}
