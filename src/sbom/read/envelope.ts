import { parseDocument } from "./text.ts";
import {
  isObject,
  type ObjectPlace,
  objectAt,
  objectOf,
  objectsOf,
  type Place,
  textOf,
  wholeDocument,
  wrongAt,
} from "./value.ts";

/** A bill of materials and what was around it. */
export interface Opened {
  readonly document: ObjectPlace;
  /** The manifest that a statement is about, as `sha256:…`; null without a statement. */
  readonly digest: string | null;
  readonly notes: readonly string[];
}

/**
 * Takes a bill out of what attests it: a Sigstore bundle, a DSSE envelope, an in-toto statement. No signature is checked, and
 * a note says so. Throws SBOM_DOCUMENT_INVALID.
 */
export function openEnvelope(place: Place): Opened {
  const outer = objectAt(place);
  const envelope = objectOf(outer, "dsseEnvelope") ?? outer;
  if (!("payloadType" in envelope.value)) return openStatement(outer, []);
  const payload = textOf(envelope, "payload");
  if (payload === null) throw wrongAt(envelope, "has no payload");
  if (!textOf(envelope, "payloadType")?.includes("in-toto")) throw wrongAt(envelope, "holds no in-toto statement");
  const name = `the payload of ${nameOf(place)}`;
  const statement = parseDocument(Buffer.from(payload, "base64"), name);
  const note = "the bill was taken out of a signed envelope, whose signature was not checked";
  return openStatement(objectAt(wholeDocument(statement, name)), [note]);
}

function openStatement(statement: ObjectPlace, notes: readonly string[]): Opened {
  if (!textTypeOf(statement)?.startsWith("https://in-toto.io/Statement/"))
    return { document: statement, digest: null, notes };
  const predicate = objectOf(statement, "predicate");
  if (predicate === null) throw wrongAt(statement, "has no predicate");
  const type = textOf(statement, "predicateType") ?? "";
  if (!/^https:\/\/(?:spdx\.dev\/Document|cyclonedx\.org\/bom|syft\.dev\/bom)/.test(type)) {
    throw wrongAt(statement, `is no bill of materials: its predicate is ${JSON.stringify(type.slice(0, 200))}`);
  }
  const unsigned = "the bill was taken out of an in-toto statement that is not signed";
  const data = predicate.value["Data"];
  return {
    document: isObject(data) ? objectAt({ value: data, key: "Data", parent: predicate }) : predicate,
    digest: subjectDigest(statement),
    notes: notes.length === 0 ? [unsigned] : notes,
  };
}

function textTypeOf(statement: ObjectPlace): string | null {
  const type = statement.value["_type"];
  return typeof type === "string" ? type : null;
}

/** The digest that all subjects share; null where they differ, as then it is not known which is meant. */
function subjectDigest(statement: ObjectPlace): string | null {
  const digests = new Set<string>();
  for (const subject of objectsOf(statement, "subject")) {
    const digest = objectOf(subject, "digest");
    const sha256 = digest === null ? null : textOf(digest, "sha256");
    if (sha256 !== null && /^[a-f0-9]{64}$/.test(sha256)) digests.add(`sha256:${sha256}`);
  }
  const [only, ...more] = digests;
  return only === undefined || more.length > 0 ? null : only;
}

function nameOf(place: Place): string {
  return String(place.key);
}
