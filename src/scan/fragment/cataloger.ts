import { joinPath, nameOf, parentOf } from "../../facts/path.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { digestsOf } from "../digests.ts";
import { onePerPurl } from "../one-per-purl.ts";
import { type Fragment, type NamedFile, readFragment } from "./fragment.ts";

/**
 * Packages that bills of materials inside the image name: fragments that whoever put software there left beside it, such as
 * `.spdx-nginx.spdx`, `*.cdx.json` or those below var/lib/db/sbom. They are checked against the files: what they name with files
 * that are not in the image, or are others, is warned of and not listed; what other catalogers found is theirs.
 */
export const fragmentCataloger: Cataloger<Fragment> = {
  name: "fragment",
  interest: {
    endings: [".spdx.json", ".cdx.json", ".spdx", ".bom.json", ".sbom.json", ".syft.json"],
    names: ["bom.json", "sbom.json"],
    folders: ["var/lib/db/sbom/", "usr/share/sbom/", "opt/docker/sbom/"],
  },
  reading(path, { size }) {
    // Tag-value documents and source files of the same ending are no JSON, and are passed over.
    return size > largest ? null : { limit: largest, read: (content) => readFragment(content, nameOf(path)) };
  },
  catalog(context) {
    const known = new Set(context.found.map(({ purl }) => plain(purl)));
    const listed = [...context.findings].flatMap(([path, fragment]) => {
      context.owners.addFolder(folderOfFragments(path), `pkg:generic/${nameOf(path)}`);
      return listedBy(path, fragment, { context, known });
    });
    return onePerPurl(listed);
  },
};

const largest = 2 ** 23;

function folderOfFragments(path: string): string {
  return /^(?:var\/lib\/db\/sbom|usr\/share\/sbom|opt\/docker\/sbom)(?=\/)/.exec(path)?.[0] ?? "";
}

function listedBy(
  path: string,
  fragment: Fragment,
  { context, known }: { readonly context: ScanContext<Fragment>; readonly known: ReadonlySet<string> },
): readonly FoundPackage[] {
  const missing: string[] = [];
  const packages = fragment.packages.flatMap(({ files, ...item }): FoundPackage[] => {
    if (known.has(plain(item.purl))) return [];
    const [wrong] = files.filter((file) => !isThere(file, path, context));
    if (wrong !== undefined) {
      missing.push(`${item.name} ${item.version}`);
      return [];
    }
    for (const file of files) context.owners.add(placeOf(file, path, context) ?? file.path, item.purl);
    const comment = files.length === 0 ? `named by ${path}, which names none of its files` : `named by ${path}`;
    return [{ ...item, locations: [path], comments: [comment] }];
  });
  if (missing.length > 0) {
    const more = missing.length > 3 ? ` and ${missing.length - 3} more` : "";
    context.warn(
      path,
      `names ${missing.slice(0, 3).join(", ")}${more} with files that are not in the image, or are others`,
    );
  }
  return packages;
}

/** Whether the file is in the image, with the content that its digest names as far as digests were taken. */
function isThere(file: NamedFile, path: string, context: ScanContext<Fragment>): boolean {
  const place = placeOf(file, path, context);
  if (place === null) return false;
  const digests = digestsOf(context.tree, place);
  return digests === null || file.sha256 === null || digests.sha256 === file.sha256;
}

/** Paths are written from the image's root, or from the folder of the fragment. */
function placeOf({ path: named }: NamedFile, path: string, { tree }: ScanContext<Fragment>): string | null {
  const plainPath = named.replace(/^(?:\.?\/)+/, "");
  return [plainPath, joinPath(parentOf(path), plainPath)].find((place) => tree.files.has(place)) ?? null;
}

/** A package URL without qualifiers, which every program chooses by itself. */
function plain(purl: string): string {
  return purl.replace(/[?#].*$/, "");
}
