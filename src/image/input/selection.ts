import { ImageError } from "../error.ts";

/** Which files of an input are taken. */
export interface SelectionRules {
  /** Globs without leading slash; absent or empty for everything. */
  readonly includes?: readonly string[] | undefined;
  /** Globs of what is left out; they win over `includes`. */
  readonly excludes?: readonly string[] | undefined;
}

/** Says whether a path without leading slash is taken. */
export type Selection = (path: string) => boolean;

const longest = 1000;

/**
 * The choice that `rules` make. `*` and `?` stand for text within a name, `[a-z]` for one of several characters, `**` for
 * any number of folders. A glob takes what it names and all below: `usr` and `usr/**` take the same files. Throws
 * IMAGE_PATH_INVALID for a glob of more than 1000 characters or with `..`.
 */
export function createSelection({ includes, excludes }: SelectionRules): Selection {
  const included = (includes ?? []).map(matcher);
  const excluded = (excludes ?? []).map(matcher);
  return (path) => {
    const isIncluded = included.length === 0 || included.some((pattern) => pattern.test(path));
    return isIncluded && !excluded.some((pattern) => pattern.test(path));
  };
}

/** A glob as an expression for a whole path, and for all paths below what the glob names. */
function matcher(glob: string): RegExp {
  const parts = glob
    .replace(/^(\.?\/+)+/, "")
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  if (glob.length > longest || parts.includes("..")) {
    throw new ImageError("IMAGE_PATH_INVALID", `not a glob of files: ${JSON.stringify(glob.slice(0, 200))}`, {
      hint: "write it like opt/**, without leading slash and without .. parts",
    });
  }
  const body = parts.map((part, index) => {
    const isLast = index === parts.length - 1;
    if (part === "**") return isLast ? ".+" : "(?:[^/]+/)*";
    return isLast ? partPattern(part) : `${partPattern(part)}/`;
  });
  return new RegExp(`^${parts.length === 0 ? ".*" : body.join("")}(?:/.*)?$`, "s");
}

const token = /\\(.)|\[([!^]?)(\]?[^\]/]*)\]|(\*+)|(\?)|([^\\[*?]+|.)/gs;

function partPattern(part: string): string {
  return part.replace(token, (whole, escaped, not, characters, stars, mark) => {
    if (typeof escaped === "string") return quote(escaped);
    if (typeof characters === "string" && characters !== "") return `[${not === "" ? "" : "^/"}${classOf(characters)}]`;
    if (typeof stars === "string") return "[^/]*";
    return typeof mark === "string" ? "[^/]" : quote(whole);
  });
}

/** Characters and ranges; a range that runs backwards is taken as three characters. */
function classOf(characters: string): string {
  return characters.replace(/([^-])-([^-])|[\s\S]/g, (whole, from, to) => {
    if (typeof from !== "string" || typeof to !== "string") return quote(whole);
    return from <= to ? `${quote(from)}-${quote(to)}` : `${quote(from)}\\-${quote(to)}`;
  });
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
