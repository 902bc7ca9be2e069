import type { Distro } from "./syntax.ts";

/** A tag taken apart: `<version>[-<distro>[<release>]][-<flavor>][-fips][-dev|-sdk][-<build>]`. */
export interface TagParts {
  /** `24`, `24.19.0-0`, `trixie`; what stands before the distribution. */
  readonly version: string;
  /** `debian`; null when the tag names none. */
  readonly distro: string | null;
  /** `13`; null when the tag names only the distribution, or none. */
  readonly release: string | null;
  readonly flavor: string | null;
  readonly fips: boolean;
  /** `dev`, `sdk` or, for a runtime image, null. */
  readonly stage: "dev" | "sdk" | null;
  /** The first twelve hexadecimal digits of the image's digest, for a tag of one build; null for all others. */
  readonly build: string | null;
}

const distribution = /^(debian|alpine|ubuntu)(\d+(?:\.\d+)*)?$/;

/**
 * Takes a tag apart. Without a distribution in it, the version is its first part and a purely numeric second one (a
 * package revision, `24.19.0-0`); what is left is the flavor. Any tag can be read; `printTag` gives it back.
 */
export function parseTag(tag: string): TagParts {
  const parts = tag.split("-");
  const build = parts.length > 1 && /^[0-9a-f]{12}$/.test(parts.at(-1) ?? "") ? (parts.pop() ?? null) : null;
  const last = parts.length > 1 ? parts.at(-1) : undefined;
  const stage = last === "dev" || last === "sdk" ? last : null;
  if (stage !== null) parts.pop();
  const fips = parts.length > 1 && parts.at(-1) === "fips";
  if (fips) parts.pop();
  const at = parts.findIndex((part, index) => index > 0 && distribution.test(part));
  const versionEnd = at !== -1 ? at : /^\d+$/.test(parts[1] ?? "") ? 2 : 1;
  const [, distro, release] = distribution.exec(at === -1 ? "" : (parts[at] ?? "")) ?? [];
  const flavor = parts.slice(at === -1 ? versionEnd : at + 1);
  return {
    version: parts.slice(0, versionEnd).join("-"),
    distro: distro ?? null,
    release: release ?? null,
    flavor: flavor.length === 0 ? null : flavor.join("-"),
    fips,
    stage,
    build,
  };
}

/** The tag of these parts. */
export function printTag(parts: TagParts): string {
  const distro = parts.distro === null ? [] : [`${parts.distro}${parts.release ?? ""}`];
  const flavor = parts.flavor === null ? [] : [parts.flavor];
  return [
    parts.version,
    ...distro,
    ...flavor,
    ...(parts.fips ? ["fips"] : []),
    ...(parts.stage === null ? [] : [parts.stage]),
    ...(parts.build === null ? [] : [parts.build]),
  ].join("-");
}

/**
 * The tag that one build has and no other: `24.21.0-debian13-5d8b9aa3f7f1`, of the most exact of `tags` that names
 * distribution and release, or where none does of the longest, and the image's digest (`sha256:…`). Null where every tag
 * is too long to be made longer.
 */
export function buildTag(tags: readonly string[], digest: string): string | null {
  const short = tags.filter((tag) => tag.length <= longestTag - 13);
  const exact = short.filter((tag) => parseTag(tag).release !== null);
  const tag = longestOf(exact.length > 0 ? exact : short);
  return tag === "" ? null : `${tag}-${digest.slice(digest.indexOf(":") + 1).slice(0, 12)}`;
}

/** Characters that a tag may have (OCI distribution specification, "Pulling manifests"). */
const longestTag = 128;

/** The longest of `tags`, the first of several; it is the most exact one. Empty where there are none. */
export function longestOf(tags: readonly string[]): string {
  return tags.reduce((longest, tag) => (tag.length > longest.length ? tag : longest), "");
}

/** A tag of one build without what makes it that; any other as it is. */
export function withoutBuild(tag: string): string {
  return printTag({ ...parseTag(tag), build: null });
}

/** What a list of tags is composed from. */
export interface TagOptions {
  readonly distro: Distro;
  readonly flavor?: string;
  readonly fips?: boolean;
  readonly stage?: "dev" | "sdk" | null;
  /** Only tags that name distribution and release, as older ones have. */
  readonly exactDistroOnly?: boolean;
}

/**
 * All tags of a version: {major, major.minor, full} × {none, `-debian`, `-debian13`} with flavor, fips and stage,
 * shortest first.
 */
export function composeTags(version: string, options: TagOptions): readonly string[] {
  const { name, release } = options.distro;
  const exact = { distro: name, release };
  const distros =
    options.exactDistroOnly === true
      ? [exact]
      : [{ distro: null, release: null }, { distro: name, release: null }, exact];
  const rest = {
    flavor: options.flavor ?? null,
    fips: options.fips ?? false,
    stage: options.stage ?? null,
    build: null,
  };
  const tags = versionLevels(version).flatMap((level) =>
    distros.map((distro) => printTag({ version: level, ...distro, ...rest })),
  );
  return sortTags([...new Set(tags)]);
}

/** `24`, `24.21`, `24.21.0` for 24.21.0: the version and all its prefixes at dots, at most three of them. */
export function versionLevels(version: string): readonly string[] {
  const parts = version.split(".");
  const prefixes = [1, 2].filter((count) => count < parts.length).map((count) => parts.slice(0, count).join("."));
  return [...prefixes, version];
}

/** Tags of an image whose real version is known only when it is built. */
export interface VersionTags {
  /** Tags that are true of the version, shortest first. */
  readonly tags: readonly string[];
  /** Tags of the definition that name another version, and are left out. */
  readonly dropped: readonly string[];
}

/**
 * The tags of an image that turned out to have `version`: the definition's own as far as they are true of it, and each
 * again with every more exact level. With [`24`, `24-debian13`] and 24.21.0 they are 24, 24.21, 24.21.0 and the
 * same with `-debian13`. Tags whose version is no number, such as `trixie`, stay as they are; words after a number, as
 * in `21-jdk`, stay with it.
 */
export function versionTags(definitionTags: readonly string[], version: string): VersionTags {
  const levels = versionLevels(version);
  const tags = new Set<string>();
  const dropped: string[] = [];
  for (const tag of definitionTags) {
    const parts = parseTag(tag);
    const { mark, numbers, words } = splitVersion(parts.version);
    if (!/^v?\d/.test(parts.version)) tags.add(tag);
    else if (!isVersionPrefix(numbers, version) || isPrerelease(parts.flavor ?? "")) dropped.push(tag);
    else {
      tags.add(tag);
      for (const level of levels.filter((candidate) => isVersionPrefix(numbers, candidate))) {
        tags.add(printTag({ ...parts, version: `${mark}${level}${words}` }));
      }
    }
  }
  return { tags: sortTags([...tags]), dropped };
}

/** A tag's version taken apart: a leading `v`, numbers, and words such as `-jdk`; a revision is one of the numbers. */
export interface VersionParts {
  readonly mark: "v" | "";
  readonly numbers: string;
  readonly words: string;
}

/** Takes a tag's version apart. Words that say it is not the final version, `-rc1`, stay with the numbers. */
export function splitVersion(version: string): VersionParts {
  const mark = /^v\d/.test(version) ? "v" : "";
  const bare = version.slice(mark.length);
  const [, numbers, words] = /^(\d[\w.]*)((?:-[a-z]+\d*)+)$/.exec(bare) ?? [];
  if (numbers === undefined || words === undefined || words.split("-").some(isPrerelease))
    return { mark, numbers: bare, words: "" };
  return { mark, numbers, words };
}

/** Whether a word of a tag says that it is of a version before the final one: `rc1`, `beta.2`. */
export function isPrerelease(word: string): boolean {
  return /^(alpha|beta|rc|pre|preview|snapshot|nightly)[\d.]*$/.test(word);
}

/** Whether `version` is `prefix` or goes on from it with a dot, dash or plus: 24 and 24.2 are prefixes of 24.2.1, 2 is not. */
export function isVersionPrefix(prefix: string, version: string): boolean {
  return version === prefix || (version.startsWith(prefix) && /^[.+-]/.test(version.slice(prefix.length)));
}

/** Sorted by length, then by text, as the catalogue lists them. */
export function sortTags(tags: readonly string[]): readonly string[] {
  return tags.toSorted((a, b) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0));
}
