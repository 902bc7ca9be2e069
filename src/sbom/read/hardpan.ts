import { type Draft, type DraftPackage, nothingMore } from "./draft.ts";
import { exactFile, exactPackage, exactSubject, needed } from "./exact.ts";
import { type ObjectPlace, objectsOf } from "./value.ts";

/** What a document of the schema `hardpan/sbom/1` says. Throws SBOM_DOCUMENT_INVALID. */
export function readHardpan(document: ObjectPlace, name: string): Draft {
  return {
    subject: {
      image: { reference: name, digest: null, platform: null },
      distribution: null,
      ...nothingMore,
    },
    exact: { distribution: null, ...exactSubject(document) },
    packages: [...objectsOf(document, "packages")].map(draftPackage),
    dependencies: [],
    contents: [],
    files: [...objectsOf(document, "files")].map((item) => {
      const file = exactFile(item);
      return { ...file, reference: file.path };
    }),
  };
}

/** Fields that later versions of the schema added may be absent, and are then as empty as they may be. */
function draftPackage(item: ObjectPlace): DraftPackage {
  const purl = needed(item, "purl");
  const empty = { source: null, owner: null, dependsOn: [], architecture: null };
  return {
    reference: purl,
    name: needed(item, "name"),
    version: needed(item, "version"),
    purl,
    exact: { ...empty, ...exactPackage(item) },
  };
}
