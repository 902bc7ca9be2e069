import { licensesOf } from "../../debian/copyright.ts";
import { type InstalledPackage, isStatusPath, parseStatus } from "../../debian/status.ts";
import { CodedError } from "../../error.ts";
import { nameOf, resolvePath } from "../../facts/path.ts";
import { debPurl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { ScanError } from "../error.ts";
import { mappingsPath, readMappings } from "./mappings.ts";

const database = "var/lib/dpkg/";
const infoFolder = `${database}info/`;
const partsFolder = `${database}status.d/`;
const diversionsPath = `${database}diversions`;

/**
 * Debian packages, from dpkg's status file and from the files of status.d that images without dpkg have. Their files are
 * those their lists name, the records of dpkg itself included.
 */
export const dpkgCataloger: Cataloger<string> = {
  name: "dpkg",
  interest: { folders: [database], names: ["copyright", nameOf(mappingsPath)] },
  reading(path) {
    const limit = path === mappingsPath || isCopyright(path) ? 2 ** 20 : isRead(path) ? 2 ** 26 : 0;
    return limit === 0 ? null : { limit, read: (content) => new TextDecoder().decode(content) };
  },
  catalog(context) {
    const purls = readMappings(context.findings.get(mappingsPath) ?? null);
    const moved = diversionsOf(context.findings.get(diversionsPath) ?? "");
    const packages = [...context.findings.keys()].filter(isStatusPath).flatMap((path) => read(context, path, purls));
    for (const { package: item, files } of packages) {
      for (const file of files) {
        context.owners.add(file, item.purl);
        const place = moved.get(file);
        if (place !== undefined) context.owners.add(place, item.purl);
      }
    }
    ownDatabase(context, packages);
    const seen = new Map(packages.map((item) => [item.package.purl, item.package]));
    return [...seen.values()];
  },
};

type Context = ScanContext<string>;

function isRead(path: string): boolean {
  if (!path.startsWith(database)) return false;
  const isList = path.endsWith(".list") || (path.startsWith(partsFolder) && path.endsWith(".md5sums"));
  return isStatusPath(path) || isList || path === diversionsPath;
}

/** An installed package and its files. */
interface Found {
  readonly package: FoundPackage;
  /** As they are recorded, the database's own file included. */
  readonly files: readonly string[];
}

function read(context: Context, path: string, purls: ReadonlyMap<string, string>): readonly Found[] {
  const text = context.findings.get(path) ?? "";
  return statusOf(text, path).map((installed) => {
    const list = fileList(context, installed, path);
    const described = describe(context, installed, { status: path, list: list.path });
    const item = { ...described, purl: purls.get(described.name) ?? described.purl };
    return { package: item, files: [...list.files, path] };
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
  context: Context,
  installed: InstalledPackage,
  paths: { readonly status: string; readonly list: string | null },
): FoundPackage {
  const { name, version, architecture, source, maintainer } = installed;
  const own = paths.status.startsWith(partsFolder) ? paths.status : paths.list;
  return {
    type: "deb",
    name,
    version,
    source: { name: source.name, version: source.version },
    purl: debPurl({ name, version, architecture, source, distribution: context.distribution }),
    licenses: licensesOf(copyrightOf(context, name)),
    locations: [paths.status],
    ...(own === null ? {} : { evidence: own }),
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
  context: Context,
  installed: InstalledPackage,
  status: string,
): { readonly path: string | null; readonly files: readonly string[] } {
  const { findings } = context;
  const { name, architecture } = installed;
  const bases = status.startsWith(partsFolder)
    ? [status, `${partsFolder}${name}`]
    : [`${infoFolder}${name}:${architecture}`, `${infoFolder}${name}`];
  for (const base of bases) {
    const list = findings.get(`${base}.list`);
    if (list !== undefined) return { path: `${base}.list`, files: lines(list) };
    const sums = findings.get(`${base}.md5sums`);
    if (sums !== undefined)
      return { path: `${base}.md5sums`, files: lines(sums).map((line) => line.replace(/^\S+\s+/, "")) };
  }
  return { path: null, files: [] };
}

/** dpkg's records of a package belong to it; what is common to all belongs to dpkg, where that is installed. */
function ownDatabase(context: Context, found: readonly Found[]): void {
  const purls = new Map(
    found.flatMap(({ package: { name, architecture, locations, purl } }) =>
      [name, `${name}:${architecture}`, nameOf(locations[0] ?? "")].map((key): [string, string] => [key, purl]),
    ),
  );
  const dpkg = purls.get("dpkg");
  for (const path of context.tree.files.keys()) {
    if (!path.startsWith(database)) continue;
    const stem = nameOf(path).replace(/\.[^.]+$/, "");
    const isPerPackage = path.startsWith(infoFolder) || path.startsWith(partsFolder);
    const isCommon = !isPerPackage || path === `${infoFolder}format`;
    const owner = (isPerPackage ? purls.get(stem) : undefined) ?? (isCommon ? dpkg : undefined);
    if (owner !== undefined) context.owners.add(path, owner);
  }
}

/** Where dpkg-divert(1) moved files to. The file has three lines each: from, to, by whom. */
function diversionsOf(text: string): ReadonlyMap<string, string> {
  const all = lines(text);
  const moved = new Map<string, string>();
  for (let at = 0; at + 1 < all.length; at += 3) moved.set(all[at] ?? "", all[at + 1] ?? "");
  return moved;
}

function copyrightOf({ tree, findings }: Context, name: string): string {
  return findings.get(resolvePath(tree.files, `usr/share/doc/${name}/copyright`) ?? "") ?? "";
}

function isCopyright(path: string): boolean {
  return path.startsWith("usr/share/doc/") && path.endsWith("/copyright");
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
