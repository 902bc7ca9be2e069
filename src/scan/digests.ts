import { createHash } from "node:crypto";
import type { InspectedTree } from "../facts/files/tree.ts";
import type { ImageFile } from "../facts/model.ts";
import type { SbomFile } from "../sbom/model.ts";
import { compareTexts } from "../sbom/order.ts";
import type { ContentReader } from "./cataloger.ts";
import { isFileFindings } from "./finder-result.ts";
import type { Owners } from "./owners.ts";

/** Under which name the digests of a file stand among what was found in it. */
export const digestsName = "#digests";

/** A content's bytes, and its digests in hex. */
export interface Digests {
  readonly size: number;
  readonly sha1: string;
  readonly sha256: string;
}

/** Hashes a content as it streams past. */
export function digestReader(): ContentReader<Digests> {
  const [sha1, sha256] = [createHash("sha1"), createHash("sha256")];
  let size = 0;
  return {
    write(piece) {
      size += piece.length;
      sha1.update(piece);
      sha256.update(piece);
    },
    end: () => ({ size, sha1: sha1.digest("hex"), sha256: sha256.digest("hex") }),
  };
}

/**
 * Files, links and hard links of a tree whose finder took digests, sorted by path. A hard link has size and digests of the
 * file that it is another name of; a symbolic link has no content of its own.
 */
export function digestedFiles(tree: InspectedTree, owners: Owners): readonly SbomFile[] {
  const files: SbomFile[] = [];
  for (const file of tree.files.values()) {
    if (file.type !== "file" && file.type !== "link" && file.type !== "symlink") continue;
    const known = digestsOf(tree, file.path) ?? (isEmpty(tree, file) ? ofNothing : null);
    const { size, sha1, sha256 } = known ?? { size: file.size, sha1: null, sha256: null };
    const layer = tree.layers[file.layer]?.descriptor.digest ?? null;
    files.push({ path: file.path, size, sha1, sha256, layer, owner: owners.ownerOf(file.path) });
  }
  return files.sort((a, b) => compareTexts(a.path, b.path));
}

const ofNothing = digestReader().end();

/** Nothing is found in an empty file, nor in further names of it; its own name may be of another file by now. */
function isEmpty(tree: InspectedTree, file: ImageFile): boolean {
  if (file.type !== "link") return file.type === "file" && file.size === 0;
  const target = tree.files.get(file.linkPath);
  return target !== undefined && (target.size === 0 || target.layer > file.layer);
}

/** The digests of the file at `path`; null where they were not taken. */
export function digestsOf(tree: InspectedTree, path: string): Digests | null {
  const finding = tree.findings.get(path);
  const digests: unknown = isFileFindings(finding) ? finding.found[digestsName] : null;
  return isDigests(digests) ? digests : null;
}

function isDigests(value: unknown): value is Digests {
  return typeof value === "object" && value !== null && "size" in value && "sha1" in value && "sha256" in value;
}
