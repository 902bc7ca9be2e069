import type { SbomFormat } from "../sbom/formats.ts";
import { renderSbom as renderDocument } from "../sbom/write.ts";
import type { Scanned } from "./scan.ts";

/** A scanned image's bill of materials as text. The document's time is the image's own, so that the same image gives the same bytes. */
export function renderSbom({ sbom, created }: Scanned, format: SbomFormat, toolVersion: string): string {
  return renderDocument(sbom, format, { created: created ?? "1970-01-01T00:00:00Z", toolVersion });
}
