import { requireNoMarkerName } from "../definition/marker-name.ts";
import { ImageError } from "../error.ts";
import { entryPath } from "../layer/entry.ts";
import { mergedUsrPath } from "../package/merged-usr.ts";

/** How an archive is packed: zip, or tar with any compression. */
export type ArchiveForm = "tar" | "zip";

/** What becomes of a fetched file: it is written to `path`, or unpacked below `folder`, `""` for the root. */
export type Placement =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "archive"; readonly form: ArchiveForm; readonly folder: string };

/**
 * Where the file of `url` goes. An archive is unpacked when `path` names a folder: it ends in `/`, or its last part does
 * not have the extension of an archive. Everything else is written to `path`; where that ends in `/`, under the name it
 * has in `url`. A tree of git is always unpacked. Throws IMAGE_PATH_INVALID, for names that would be markers too, and
 * IMAGE_UNSUPPORTED for archives that cannot be unpacked.
 */
export function placeFile({ url, path }: { readonly url: string; readonly path: string }): Placement {
  const name = fileName(url);
  const form = /^git\+/i.test(url) ? "tar" : archiveForm(name);
  const isFolder = path.endsWith("/") || (form !== null && archiveForm(path) === null) || /^git\+/i.test(url);
  if (form !== null && isFolder) {
    if (form === "other") throw unsupported(url);
    return { kind: "archive", form, folder: folderPath(path) };
  }
  return { kind: "file", path: placeOf(path.endsWith("/") ? `${path}${name === "" ? ".." : name}` : path) };
}

/** The last part of the URL's path, decoded; empty where it has none. */
export function fileName(url: string): string {
  const last = (URL.parse(url)?.pathname ?? "").split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** `name` without the extension of an archive: `x-1.2.tar.gz` → `x-1.2`. */
export function withoutExtension(name: string): string {
  return name.replace(tarName, "").replace(/\.zip$/i, "");
}

const tarName = /\.(tar(\.(gz|xz|bz2|zst))?|tgz|txz|tbz2?|tzst)$/i;
const otherName = /\.(tar\.(lz|lzma|lz4|lzo|Z|br)|tlz|7z|rar)$/i;

function archiveForm(name: string): ArchiveForm | "other" | null {
  if (tarName.test(name)) return "tar";
  if (/\.zip$/i.test(name)) return "zip";
  return otherName.test(name) ? "other" : null;
}

function folderPath(path: string): string {
  return /^\/+$/.test(path) ? "" : placeOf(path);
}

function placeOf(path: string): string {
  const place = mergedUsrPath(entryPath(path));
  requireNoMarkerName(place);
  return place;
}

function unsupported(url: string): ImageError {
  return new ImageError("IMAGE_UNSUPPORTED", `${fileName(url)} is an archive that cannot be unpacked`, {
    hint: "take another form of it: zip, or tar with gzip, xz, bzip2 or Zstandard",
  });
}
