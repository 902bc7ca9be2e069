import { createHash } from "node:crypto";
import type { SbomFile } from "../model.ts";
import { fileNote } from "../read/file-note.ts";
import { imagePath } from "../read/subject.ts";
import { noteText } from "./exact.ts";
import type { References } from "./references.ts";

/** The files of a bill in SPDX 2.3, and what it wants to be said of the packages that contain them. */
export interface SpdxFiles {
  readonly elements: Iterable<object>;
  /** `filesAnalyzed`, and the verification code of a package with files (SPDX 2.3, §7.9). */
  analysis(reference: string): object;
  /** Pairs of the package or image that contains a file, and the file. */
  readonly contents: Iterable<readonly [container: string, file: string]>;
}

/** What SPDX wants of a file that has no content: it has to have a SHA-1. */
const noSha1 = "0".repeat(40);

/** `image` is the reference of the image, which contains what belongs to no package. */
export function spdxFiles(
  files: readonly SbomFile[],
  { references, image }: { readonly references: References; readonly image: string },
): SpdxFiles {
  const ownerOf = ({ owner }: SbomFile) => (owner === null ? null : references.find(owner));
  const sums = new Map<string, string[]>();
  for (const file of files) {
    const container = ownerOf(file) ?? image;
    const known = sums.get(container);
    if (known === undefined) sums.set(container, [file.sha1 ?? noSha1]);
    else known.push(file.sha1 ?? noSha1);
  }
  return {
    elements: files.values().map((file, index) => fileElement(file, index, ownerOf(file) !== null)),
    analysis(reference) {
      const own = sums.get(reference);
      if (own === undefined) return { filesAnalyzed: false };
      const packageVerificationCodeValue = createHash("sha1").update(own.sort().join("")).digest("hex");
      return { filesAnalyzed: true, packageVerificationCode: { packageVerificationCodeValue } };
    },
    contents: files.values().map((file, index) => [ownerOf(file) ?? image, fileId(index)] as const),
  };
}

function fileElement(file: SbomFile, index: number, hasOwner: boolean): object {
  return {
    SPDXID: fileId(index),
    fileName: `./${file.path}`,
    checksums: [
      { algorithm: "SHA1", checksumValue: file.sha1 ?? noSha1 },
      ...(file.sha256 === null ? [] : [{ algorithm: "SHA256", checksumValue: file.sha256 }]),
    ],
    comment: noteText(fileNote(file, { path: imagePath(file.path), hasOwner })),
  };
}

function fileId(index: number): string {
  return `SPDXRef-File-${index + 1}`;
}
