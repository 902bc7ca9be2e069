import type { SbomFile } from "../model.ts";
import { fileNote } from "../read/file-note.ts";
import { imagePath } from "../read/subject.ts";
import { noteText } from "./exact.ts";
import type { References } from "./references.ts";
import type { Element, MakeElement } from "./spdx3-element.ts";

/** Files as elements of SPDX 3, and the relationships that say what contains them. */
export function* filesOf(
  files: readonly SbomFile[],
  document: { readonly namespace: string; readonly element: MakeElement; readonly references: References },
): Generator<Element> {
  const { namespace, element, references } = document;
  const image = `${namespace}Image`;
  const contents = new Map<string, string[]>();
  for (const [index, file] of files.entries()) {
    const owner = file.owner === null ? null : references.find(file.owner);
    const made = fileElement(file, { id: `File-${index + 1}`, element, hasOwner: owner !== null });
    const known = contents.get(owner ?? image);
    const id = `${namespace}File-${index + 1}`;
    if (known === undefined) contents.set(owner ?? image, [id]);
    else known.push(id);
    yield made;
  }
  for (const [from, to] of contents) {
    const id = `${from.slice(namespace.length)}-Files`;
    yield element(id, { type: "Relationship", from, relationshipType: "contains", to });
  }
}

function fileElement(
  file: SbomFile,
  { id, element, hasOwner }: { readonly id: string; readonly element: MakeElement; readonly hasOwner: boolean },
): Element {
  const hashes = [
    ...(file.sha256 === null ? [] : [{ type: "Hash", algorithm: "sha256", hashValue: file.sha256 }]),
    ...(file.sha1 === null ? [] : [{ type: "Hash", algorithm: "sha1", hashValue: file.sha1 }]),
  ];
  return element(id, {
    type: "software_File",
    name: file.path,
    ...(hashes.length === 0 ? {} : { verifiedUsing: hashes }),
    comment: noteText(fileNote(file, { path: imagePath(file.path), hasOwner })),
  });
}
