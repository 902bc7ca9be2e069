import { SbomError } from "./error.ts";
import type { SbomFormat } from "./formats.ts";
import type { DocumentOptions } from "./identity.ts";
import type { Sbom } from "./model.ts";
import { printedChunks } from "./print.ts";
import { cyclonedxChunks } from "./write/cyclonedx.ts";
import { spdxChunks } from "./write/spdx.ts";
import { spdx3Chunks } from "./write/spdx3.ts";
import { syftChunks } from "./write/syft.ts";

/**
 * `sbom` in `format`: `list` and `tree` for people, `json` as docs/schema describes it, SPDX 2.3 (`spdx`) and 3.0.1, CycloneDX 1.6
 * (`cyclonedx`) and 1.7, syft's JSON. The same bill and options always give the same text. Throws SBOM_TIME_INVALID,
 * SBOM_PURL_INVALID, and SBOM_DOCUMENT_TOO_LARGE where no text can be that long: then use `sbomChunks`.
 */
export function renderSbom(sbom: Sbom, format: SbomFormat, options: DocumentOptions): string {
  const chunks: string[] = [];
  let length = 0;
  for (const chunk of sbomChunks(sbom, format, options)) {
    length += chunk.length;
    if (length > longestText) {
      throw new SbomError("SBOM_DOCUMENT_TOO_LARGE", `the bill of materials of ${sbom.image.reference} is too large`, {
        hint: "write it without files",
      });
    }
    chunks.push(chunk);
  }
  return chunks.join("");
}

/** The text of `renderSbom` in chunks, of any length and with no more than a chunk held at a time. Throws as that does. */
export function sbomChunks(sbom: Sbom, format: SbomFormat, options: DocumentOptions): Iterable<string> {
  switch (format) {
    case "list":
    case "tree":
    case "json":
      return printedChunks(sbom, format) ?? [];
    case "spdx":
    case "spdx-json":
    case "spdx-json@2.3":
      return spdxChunks(sbom, options);
    case "spdx-3":
    case "spdx-json@3.0":
      return spdx3Chunks(sbom, options);
    case "cyclonedx":
    case "cyclonedx-json":
    case "cyclonedx-json@1.6":
      return cyclonedxChunks(sbom, { ...options, version: "1.6" });
    case "cyclonedx-1.7":
    case "cyclonedx-json@1.7":
      return cyclonedxChunks(sbom, { ...options, version: "1.7" });
    case "syft-json":
      return syftChunks(sbom, options);
  }
}

/** Node's longest text is 2²⁹ − 24 characters. */
const longestText = 2 ** 29 - 2 ** 16;
