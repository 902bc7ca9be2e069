import { packageRequest } from "./package.ts";
import type { Definition } from "./schema.ts";
import { isPrerelease, parseTag, printTag, sortTags, splitVersion, versionLevels, versionTags } from "./tags.ts";

/** A package that a definition lists, as it was taken. */
export interface TakenPackage {
  /** As listed: `nodejs-24`, `caddy`. */
  readonly name: string;
  /** What it is a package of: its Debian source package, or the component of its substitute, `node`. */
  readonly of: string;
  /** As its archive has it: `1:2.47.3-0+deb13u1`. */
  readonly version: string;
}

/** The tags an image may have, by the version of what it is for. */
export interface TrueTags {
  /** Shortest first, where any had to be changed; else as the definition lists them. */
  readonly tags: readonly string[];
  /** Tags of the definition that would not be true. */
  readonly dropped: readonly string[];
  /** The upstream version, `2.47.3`; null where nothing says it. */
  readonly version: string | null;
  /** The package that the version was taken from; null where it is the definition's own. */
  readonly package: string | null;
}

/** What `trueTags` looks at besides the definition as it is written. */
export interface TrueTagsOptions {
  /** The same with its templates expanded. */
  readonly expanded: Definition;
  readonly packages: readonly TakenPackage[];
}

/**
 * The tags that are true of an image once its packages are chosen. Where VERSION is a template of a package's version,
 * as in Hardpan's own definitions, it is right by itself. Any other VERSION is a claim that was true of other packages:
 * when the image is named after a package it lists (`caddy`, `node` after nodejs-24), that package's version decides.
 * Each tag of another version is dropped and replaced by the same tag of this version, cut to as many numbers; missing
 * exact ones are added. When no package names the image, what it is for comes from sources that the definition pins
 * itself, and its tags stay as they are.
 */
export function trueTags(written: Definition, { expanded, packages }: TrueTagsOptions): TrueTags {
  const { VERSION: version } = expanded.vars;
  if (version !== undefined && versionPackage(written) !== null) {
    return { ...versionTags(expanded.tags, version), version, package: null };
  }
  const naming = namingPackage(expanded, packages);
  if (naming === null) return { tags: expanded.tags, dropped: [], version: version ?? null, package: null };
  const real = upstreamVersion(naming.version);
  const { tags, dropped } = versionTags(expanded.tags, real);
  const all = sortTags([...new Set([...tags, ...dropped.map((tag) => sameTagOf(tag, real))])]);
  const isSame = all.length === expanded.tags.length && all.every((tag) => expanded.tags.includes(tag));
  return { tags: isSame ? expanded.tags : all, dropped, version: real, package: naming.name };
}

/** The package whose version is the image's: the first that the template of VERSION names; null where it names none. */
export function versionPackage({ vars }: Pick<Definition, "vars">): string | null {
  return /\$\{package\.([^}:]+)\.version[:}]/.exec(vars["VERSION"] ?? "")?.[1] ?? null;
}

/**
 * The package an image is named after: the one of its very name, else one of that source or component, else one whose
 * name without its line of versions is the image's, also with `js`, `ql` or `-server` after it. Null where several
 * versions fit.
 */
export function namingPackage(definition: Definition, packages: readonly TakenPackage[]): TakenPackage | null {
  const image = definition.image.split("/").at(-1)?.split(":")[0] ?? "";
  const listed = new Set(packageRequest(definition.contents.packages).packages.map(({ name }) => name));
  const candidates = packages.filter(({ name }) => listed.has(name));
  const rules = [
    (item: TakenPackage) => item.name === image,
    (item: TakenPackage) => item.of === image,
    (item: TakenPackage) => [image, `${image}js`, `${image}ql`, `${image}-server`].includes(withoutLine(item.name)),
  ];
  for (const rule of rules) {
    const found = candidates.filter(rule);
    const [first] = found;
    if (first === undefined) continue;
    return found.every(({ version }) => upstreamVersion(version) === upstreamVersion(first.version)) ? first : null;
  }
  return null;
}

/** `postgresql-17` and `python3.13` without the line of versions they are of. */
function withoutLine(name: string): string {
  return name.replace(/-?\d+(\.\d+)*$/, "");
}

/** What upstream calls a Debian version: without epoch and revision, and without what packagers add after `+` or `~`. */
export function upstreamVersion(version: string): string {
  const upstream = version.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
  const really = /\+really(.+)$/.exec(upstream)?.[1] ?? upstream;
  return really.replace(/[+~].*$/, "").replace(/[^\w.]/g, "-");
}

/** The same tag of another version, with as many numbers as the tag had. */
function sameTagOf(tag: string, version: string): string {
  const parts = parseTag(tag);
  const { mark, numbers, words } = splitVersion(parts.version);
  const count = /^\d+(\.\d+)*/.exec(numbers)?.[0].split(".").length ?? 1;
  const flavor = isPrerelease(parts.flavor ?? "") ? null : parts.flavor;
  return printTag({ ...parts, flavor, version: `${mark}${versionLevels(version)[count - 1] ?? version}${words}` });
}
