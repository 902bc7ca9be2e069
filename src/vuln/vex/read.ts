import { SbomError } from "../../sbom/error.ts";
import { parseDocument } from "../../sbom/read/text.ts";
import { type ObjectPlace, wholeDocument, wrongAt } from "../../sbom/read/value.ts";
import { VulnError } from "../error.ts";
import { readCsaf } from "./csaf.ts";
import { readCyclonedxVex } from "./cyclonedx.ts";
import type { VexDraft } from "./draft.ts";
import { openVexEnvelope } from "./envelope.ts";
import { finishDraft } from "./finish.ts";
import type { VexDocument, VexProduct } from "./model.ts";
import { readOpenvex } from "./openvex.ts";

/** Largest document, in bytes. */
const documentLimit = 64 * 2 ** 20;

/**
 * Reads a VEX document: OpenVEX 0.0.1 to 0.2.0, the products and statements of CSAF 2.x, and the analyses of CycloneDX, each also
 * as the predicate of an in-toto statement, within a DSSE envelope or a Sigstore bundle. **No signature is checked.** What is
 * incomplete is read and named in `problems`. `name` is what messages call the document. Documents are foreign: size (64 MiB),
 * depth (100) and statements (1,000,000) are limited. Throws VULN_VEX_INVALID, which names the place in the document.
 */
export function readVex(bytes: Uint8Array, name: string): VexDocument {
  if (bytes.length > documentLimit) throw invalidVex(`${name} is larger than ${documentLimit / 2 ** 20} MiB`);
  try {
    const { document, subjects } = openVexEnvelope(wholeDocument(parseDocument(bytes, name), name));
    return finishDraft(draftOf(document, subjects), { document, name });
  } catch (cause) {
    // JSON and its places are read as those of bills of materials are; only the code and the hint are another.
    if (cause instanceof SbomError) throw invalidVex(cause.message, cause);
    throw cause;
  }
}

function draftOf(document: ObjectPlace, subjects: readonly VexProduct[]): VexDraft {
  const { value } = document;
  if (value["bomFormat"] === "CycloneDX") return readCyclonedxVex(document);
  if ("document" in value) return readCsaf(document);
  if (isOpenvex(value["@context"]) || ("statements" in value && !("@context" in value))) {
    return readOpenvex(document, subjects);
  }
  throw wrongAt(document, "is no VEX that is known: OpenVEX, CSAF and CycloneDX are read");
}

/** JSON-LD allows one context or a list of them. Documents from before OpenVEX 0.0.1 have none. */
function isOpenvex(context: unknown): boolean {
  const contexts: readonly unknown[] = Array.isArray(context) ? context : [context];
  return contexts.some((one) => typeof one === "string" && one.startsWith("https://openvex.dev/ns"));
}

function invalidVex(message: string, cause?: unknown): VulnError {
  return new VulnError("VULN_VEX_INVALID", message, {
    hint: "mend the document at that place, get it again from its author, or leave it out",
    cause,
  });
}
