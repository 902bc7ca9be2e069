import { licensesOf } from "../debian/copyright.ts";
import { type InstalledPackage, isStatusPath, parseStatus } from "../debian/status.ts";
import { CodedError } from "../error.ts";
import { nameOf } from "../facts/path.ts";
import { textAt } from "../facts/text-at.ts";
import type { SbomPackage } from "../sbom/model.ts";
import { debPurl } from "../sbom/purl.ts";
import { atMost, type Cataloger, layerOf, type ScanContext, textOf } from "./cataloger.ts";
import { ScanError } from "./error.ts";
import { mappingsPath, readMappings } from "./mappings.ts";

const database = "var/lib/dpkg/";
const infoFolder = `${database}info/`;
const partsFolder = `${database}status.d/`;
const diversionsPath = `${database}diversions`;

/**
 * Debian packages, from dpkg's status file and from the files of status.d that images without dpkg have. Their files are
 * those their lists name, the records of dpkg itself included.
 */
export const dpkgCataloger: Cataloger = {
  name: "dpkg",
  needs(path, file) {
    if (path === mappingsPath) return atMost(2 ** 20, file);
    if (isCopyright(path)) return atMost(2 ** 20, file);
    if (!path.startsWith(database)) return 0;
    const isList = path.endsWith(".list") || (path.startsWith(partsFolder) && path.endsWith(".md5sums"));
    return isStatusPath(path) || isList || path === diversionsPath ? atMost(2 ** 26, file) : 0;
  },
  catalog(context) {
    const purls = readMappings(context.tree);
    const packages = [...context.tree.contents.keys()]
      .filter(isStatusPath)
      .sort()
      .flatMap((path) => read(context, path))
      .map((found) => withPurl(found, purls));
    ownDatabase(context, packages);
    const seen = new Map(packages.map((item) => [item.package.purl, item.package]));
    return [...seen.values()];
  },
};

/** An installed package and what the rest of the database is called after. */
interface Found {
  readonly installed: InstalledPackage;
  readonly package: SbomPackage;
}

function withPurl(found: Found, purls: ReadonlyMap<string, string>): Found {
  const purl = purls.get(found.package.name);
  return purl === undefined ? found : { ...found, package: { ...found.package, purl } };
}

function read(context: ScanContext, path: string): readonly Found[] {
  const text = textOf(context.tree, path) ?? "";
  return statusOf(text, path).map((installed) => {
    const list = fileList(context, installed, path);
    for (const file of list.files) context.owners.add(file);
    context.owners.add(path);
    return { installed, package: describe(context, installed, { status: path, list: list.path }) };
  });
}

function statusOf(text: string, path: string): readonly InstalledPackage[] {
  try {
    return parseStatus(text, path);
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new ScanError("SCAN_STATUS_INVALID", `the image's package database cannot be read: ${cause.message}`, {
      hint: "the image is damaged, or its database was written by hand; its packages cannot be listed",
      cause,
    });
  }
}

function describe(
  context: ScanContext,
  installed: InstalledPackage,
  paths: { readonly status: string; readonly list: string | null },
): SbomPackage {
  const { name, version, architecture, source, maintainer } = installed;
  const own = paths.status.startsWith(partsFolder) ? paths.status : paths.list;
  return {
    type: "deb",
    name,
    version,
    source: { name: source.name, version: source.version },
    purl: debPurl({ name, version, architecture, source, distribution: context.distribution }),
    licenses: licensesOf(textAt(context.tree, `usr/share/doc/${name}/copyright`) ?? ""),
    locations: [paths.status],
    layer: own === null ? null : layerOf(context.tree, own),
    supplier: maintainer === "" ? null : maintainer,
    architecture,
    comments: [],
  };
}

/**
 * The files a package is recorded to have. Of the checksum list that images without dpkg have, links and configuration
 * files are missing; a full list beside it is preferred.
 */
function fileList(
  context: ScanContext,
  installed: InstalledPackage,
  status: string,
): { readonly path: string | null; readonly files: readonly string[] } {
  const { tree } = context;
  const { name, architecture } = installed;
  const bases = status.startsWith(partsFolder)
    ? [status, `${partsFolder}${name}`]
    : [`${infoFolder}${name}:${architecture}`, `${infoFolder}${name}`];
  for (const base of bases) {
    const list = textOf(tree, `${base}.list`);
    if (list !== null) return { path: `${base}.list`, files: lines(list) };
    const sums = textOf(tree, `${base}.md5sums`);
    if (sums !== null)
      return { path: `${base}.md5sums`, files: lines(sums).map((line) => line.replace(/^\S+\s+/, "")) };
  }
  return { path: null, files: [] };
}

/** dpkg's records of a package belong to it; what is common to all belongs to dpkg, where that is installed. */
function ownDatabase(context: ScanContext, found: readonly Found[]): void {
  const names = new Set(found.flatMap(({ installed: { name, architecture } }) => [name, `${name}:${architecture}`]));
  const files = new Set(found.map(({ package: item }) => nameOf(item.locations[0] ?? "")));
  const isDpkgThere = names.has("dpkg");
  for (const path of context.tree.files.keys()) {
    if (!path.startsWith(database)) continue;
    const stem = nameOf(path).replace(/\.[^.]+$/, "");
    const isRecord =
      (path.startsWith(infoFolder) && names.has(stem)) ||
      (path.startsWith(partsFolder) && (files.has(stem) || names.has(stem)));
    const isPerPackage = path.startsWith(infoFolder) || path.startsWith(partsFolder);
    const isCommon = !isPerPackage || path === `${infoFolder}format`;
    if (isRecord || (isDpkgThere && isCommon)) context.owners.add(path);
  }
  ownDiverted(context);
}

/** Where dpkg-divert(1) moved a file, it still belongs to its package. The file has three lines each: from, to, by whom. */
function ownDiverted(context: ScanContext): void {
  const all = lines(textOf(context.tree, diversionsPath) ?? "");
  for (let at = 0; at + 1 < all.length; at += 3) {
    const [from = "", to = ""] = all.slice(at, at + 2);
    if (context.owners.owns(from.slice(1))) context.owners.add(to);
  }
}

function isCopyright(path: string): boolean {
  return path.startsWith("usr/share/doc/") && path.endsWith("/copyright");
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
