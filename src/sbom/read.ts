import type { Sbom } from "./model.ts";
import { assemble } from "./read/assemble.ts";
import { creationTime } from "./read/created.ts";
import { readCyclonedx } from "./read/cyclonedx.ts";
import type { Draft } from "./read/draft.ts";
import { openEnvelope } from "./read/envelope.ts";
import { readHardpan } from "./read/hardpan.ts";
import { readSpdx } from "./read/spdx.ts";
import { readSpdx3 } from "./read/spdx3.ts";
import { readSyft } from "./read/syft.ts";
import { invalidDocument, parseDocument } from "./read/text.ts";
import { isObject, type ObjectPlace, textOf, wholeDocument, wrongAt } from "./read/value.ts";

/** A bill of materials that was read. */
export interface ReadSbom {
  readonly sbom: Sbom;
  /** What it was written in, such as `SPDX 2.3`, `CycloneDX 1.6`, `syft 16.0.18` or `hardpan/sbom/1`. */
  readonly format: string;
  /** ISO 8601, when the document says it was made; null where it does not say. */
  readonly created: string | null;
  /** What whoever reads it ought to know, in sentences; none where there is nothing. */
  readonly notes: readonly string[];
}

/**
 * Reads a bill of materials: SPDX 2.2, 2.3 and 3.0 JSON, CycloneDX 1.2 to 1.7 JSON, syft's JSON, our own, and in-toto statements
 * that hold one, also within a DSSE envelope or a Sigstore bundle, **whose signature is not checked** (a note says so). What
 * hardpan wrote is read back as the same bill. Of foreign documents the type of a package comes from its URL; a package without
 * one becomes `generic`. Packages with the same URL are one. `name` is what messages call the document, and the image's
 * reference where the document has none. Documents are foreign: size, depth and counts are limited. Throws
 * SBOM_DOCUMENT_INVALID, which names the place in the document, and SBOM_DOCUMENT_TOO_LARGE.
 */
export function readSbom(document: string | Uint8Array, name: string): ReadSbom {
  const opened = openEnvelope(wholeDocument(parseDocument(document, name), name));
  const { reader, format, notes } = readerFor(opened.document, name);
  const sbom = assemble(reader(opened.document, name));
  const { image, packages } = sbom;
  const digest = image.digest ?? opened.digest;
  const generic = packages.filter(({ purl }) => purl.startsWith("pkg:generic/")).length;
  return {
    sbom: { ...sbom, image: { ...image, digest } },
    format,
    created: creationTime(opened.document.value),
    notes: [...opened.notes, ...notes, ...(packages.length > 0 && generic === packages.length ? [allGeneric] : [])],
  };
}

const allGeneric = "no package has a package URL of an ecosystem, so no advisories can be matched with any of them";

interface Chosen {
  readonly reader: (document: ObjectPlace, name: string) => Draft;
  readonly format: string;
  readonly notes: readonly string[];
}

function readerFor(document: ObjectPlace, name: string): Chosen {
  const { value } = document;
  if (value["schema"] === "hardpan/sbom/1") return { reader: readHardpan, format: "hardpan/sbom/1", notes: [] };
  if ("spdxVersion" in value) return spdxReader(document);
  if ("@context" in value) return spdx3Reader(document);
  if (value["bomFormat"] === "CycloneDX" || "specVersion" in value) return cyclonedxReader(document);
  if (Array.isArray(value["artifacts"])) return { reader: readSyft, format: `syft ${syftVersion(value)}`, notes: [] };
  throw invalidDocument(name, "is no bill of materials that is known", {
    hint: "SPDX 2.2, 2.3 and 3.0, CycloneDX 1.2 to 1.7, syft's JSON and hardpan's own are read",
  });
}

function spdxReader(document: ObjectPlace): Chosen {
  const version = textOf(document, "spdxVersion") ?? "";
  if (!/^SPDX-2\.\d{1,2}$/.test(version))
    throw wrongAt(document, `has the SPDX version ${JSON.stringify(version.slice(0, 100))}`);
  const isKnown = version === "SPDX-2.2" || version === "SPDX-2.3";
  return {
    reader: readSpdx,
    format: version.replace("-", " "),
    notes: isKnown ? [] : [unknownVersion(version, "SPDX-2.3")],
  };
}

function spdx3Reader(document: ObjectPlace): Chosen {
  const { "@context": context } = document.value;
  const contexts: readonly unknown[] = Array.isArray(context) ? context : [context];
  for (const one of contexts) {
    const [, version] =
      typeof one === "string" ? (/^https?:\/\/spdx\.org\/rdf\/(3\.\d{1,2}(?:\.\d{1,2})?)\//.exec(one) ?? []) : [];
    if (version === undefined) continue;
    const notes = version.startsWith("3.0") ? [] : [unknownVersion(`SPDX ${version}`, "SPDX 3.0.1")];
    return { reader: readSpdx3, format: `SPDX ${version}`, notes };
  }
  throw wrongAt(document, "has a @context that is not of SPDX 3");
}

function cyclonedxReader(document: ObjectPlace): Chosen {
  const version = textOf(document, "specVersion") ?? "";
  if (!/^1\.\d{1,2}$/.test(version)) {
    throw wrongAt(document, `has the CycloneDX version ${JSON.stringify(version.slice(0, 100))}`);
  }
  const isKnown = /^1\.[2-7]$/.test(version);
  const notes = isKnown ? [] : [unknownVersion(`CycloneDX ${version}`, "CycloneDX 1.7")];
  return { reader: readCyclonedx, format: `CycloneDX ${version}`, notes };
}

function syftVersion(value: Readonly<Record<string, unknown>>): string {
  const { schema } = value;
  const version = isObject(schema) ? schema["version"] : undefined;
  return typeof version === "string" && version.length < 20 ? version : "of an unknown version";
}

function unknownVersion(version: string, read: string): string {
  return `${version} is not known; it was read as if it were ${read}`;
}
