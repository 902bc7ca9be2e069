import type { SbomPackage } from "../../sbom/model.ts";
import { readSbom } from "../../sbom/read.ts";

/** A package as a bill of materials inside an image names it, with the files it says are its. */
export interface NamedPackage
  extends Pick<
    SbomPackage,
    "type" | "name" | "version" | "source" | "purl" | "licenses" | "supplier" | "architecture"
  > {
  readonly files: readonly NamedFile[];
}

/** A file; its digest in hex, null where the bill has none. */
export interface NamedFile {
  readonly path: string;
  readonly sha256: string | null;
}

/** A bill of materials inside an image. */
export interface Fragment {
  readonly packages: readonly NamedPackage[];
}

/** More packages or files than this no fragment has. */
const limits = { packages: 20_000, files: 20_000 };

/** What one of the formats has somewhere; files called bom.json hold all kinds of things. */
const marks = [
  "spdxVersion",
  "spdx.org/rdf/3",
  '"CycloneDX"',
  "anchore/syft",
  "hardpan/sbom/1",
  "in-toto.io/Statement",
];

/** Types that stand for images, which a fragment is of but does not bring. */
const images: ReadonlySet<string> = new Set(["oci", "docker"]);

/**
 * What the bill of materials `content` names; null for what is none, or a tag-value document. Throws
 * SBOM_DOCUMENT_INVALID and SBOM_DOCUMENT_TOO_LARGE.
 */
export function readFragment(content: Uint8Array, name: string): Fragment | null {
  if (content.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf) !== 0x7b) return null;
  const text = Buffer.from(content.buffer, content.byteOffset, content.length);
  if (!marks.some((mark) => text.includes(mark))) return null;
  const { sbom } = readSbom(content, name);
  const files = new Map<string, NamedFile[]>();
  for (const { path, sha256, owner } of (sbom.files ?? []).slice(0, limits.files)) {
    if (owner === null) continue;
    const list = files.get(owner) ?? [];
    list.push({ path, sha256 });
    files.set(owner, list);
  }
  const named = sbom.packages.filter(({ type, version }) => !images.has(type) && version !== "");
  return {
    packages: named.slice(0, limits.packages).map((item) => {
      const { type, purl, version, source, licenses, supplier, architecture } = item;
      return {
        ...{ type, name: item.name, version, source, purl, licenses, supplier, architecture },
        files: files.get(purl) ?? [],
      };
    }),
  };
}
