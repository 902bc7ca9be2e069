import { SbomError } from "../error.ts";

/** The most that is read of one document: bytes, or characters where it is a text already. */
export const documentLimit = 448 * 2 ** 20;
const deepest = 100;
/** Objects and lists; a bill of 500,000 files has about three million. */
const mostContainers = 6_000_000;

/**
 * The value that a JSON document is. `name` is what messages call it. UTF-8 and UTF-16 with or without a byte order mark are
 * read. Throws SBOM_DOCUMENT_INVALID for other texts, and SBOM_DOCUMENT_TOO_LARGE for more than `documentLimit`, for values
 * nested more than 100 deep and for more than six million objects and lists: all this before anything is parsed.
 */
export function parseDocument(document: string | Uint8Array, name: string): unknown {
  if (document.length > documentLimit) throw tooLarge(name, `is larger than ${documentLimit / 2 ** 20} MB`);
  const text = typeof document === "string" ? document.replace(/^\ufeff/, "") : decode(document, name);
  checkStructure(text, name);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidDocument(name, `is not JSON${reasonOf(cause)}`, { hint: hintFor(text), cause });
  }
}

/** The error for `name` that cannot be read because it `reason`. */
export function invalidDocument(
  name: string,
  reason: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): SbomError {
  return new SbomError("SBOM_DOCUMENT_INVALID", `${name} ${reason}`, {
    hint: options.hint ?? "make the document again with the program it came from, or mend it at that place",
    cause: options.cause,
  });
}

function decode(bytes: Uint8Array, name: string): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalidDocument(name, `is not ${encoding.toUpperCase()} text`, { hint: "give it as UTF-8", cause });
  }
}

function checkStructure(text: string, name: string): void {
  let depth = 0;
  let containers = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === 0x5c) at++;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) {
      containers++;
      depth++;
      if (depth > deepest) throw tooLarge(name, `has values nested more than ${deepest} deep`);
      if (containers > mostContainers) throw tooLarge(name, `has more than ${mostContainers} objects and lists`);
    } else if (character === 0x7d || character === 0x5d) depth--;
  }
}

function tooLarge(name: string, reason: string): SbomError {
  return new SbomError("SBOM_DOCUMENT_TOO_LARGE", `${name} ${reason}`, {
    hint: "no bill of materials of one image is like this; take one without files, or of a part of the image",
  });
}

/** The parser's own words name a place, but quote what may be megabytes. */
function reasonOf(cause: unknown): string {
  const place =
    cause instanceof Error ? /position \d+(?: \(line \d+ column \d+\))?/.exec(cause.message)?.[0] : undefined;
  return place === undefined ? "" : ` (at ${place})`;
}

function hintFor(text: string): string {
  const start = text.slice(0, 200).trimStart();
  if (start.startsWith("<")) return "it looks like XML; SPDX and CycloneDX are read as JSON only: convert it first";
  if (/^(SPDXVersion|DocumentName|#)/.test(start)) return "it looks like SPDX tag-value; convert it to SPDX JSON first";
  return "a bill of materials is JSON: SPDX, CycloneDX, syft's or hardpan's own";
}
