import { readdirSync } from "node:fs";
import { join } from "node:path";
import { lstatOrNull, resolveInside } from "./resolve.ts";

/** Whether `source` has to be matched: it has `*`, `?` or `[`. */
export function isGlob(source: string): boolean {
  return /[*?[]/.test(source);
}

/**
 * Paths below the root at `directory` that `source` names, sorted; it has no leading slash. `*` and `?` match within one name,
 * also one that begins with a dot, `[…]` one character, and `**` any number of folders. Symlinks above the last name
 * lead where they lead inside the root. Throws PIPELINE_PATH_INVALID.
 */
export function matchPaths(directory: string, source: string): readonly string[] {
  const parts = source.split("/").filter((part) => part !== "");
  return [...new Set(matchBelow(directory, "", parts))].sort();
}

function matchBelow(directory: string, above: string, parts: readonly string[]): readonly string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [above];
  // Folders are collected whole: what is deeper need not be named.
  if (part === "**" && rest.length === 0) return matchBelow(directory, above, ["*"]);
  if (part === "**") {
    return ["", ...foldersBelow(directory, above)].flatMap((folder) =>
      matchBelow(directory, below(above, folder), rest),
    );
  }
  const found = matchNames(directory, above, part);
  return found.flatMap((path) => {
    if (rest.length === 0) return [path];
    const folder = resolveInside(directory, path, { followLast: true });
    const isFolder = lstatOrNull(join(directory, folder))?.isDirectory() === true;
    return isFolder ? matchBelow(directory, folder, rest) : [];
  });
}

/** Names in the folder `above` that fit one part, as paths. */
function matchNames(directory: string, above: string, part: string): readonly string[] {
  if (!isGlob(part)) {
    const path = below(above, part);
    return lstatOrNull(join(directory, path)) === null ? [] : [path];
  }
  const pattern = nameExpression(part);
  return readdirSync(join(directory, above))
    .filter((name) => pattern.test(name))
    .map((name) => below(above, name));
}

/** Every folder at any depth, symlinks not followed, relative to `above`. */
function foldersBelow(directory: string, above: string): readonly string[] {
  return readdirSync(join(directory, above), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => [name, ...foldersBelow(directory, below(above, name)).map((deeper) => below(name, deeper))]);
}

function below(above: string, name: string): string {
  return above === "" || name === "" ? `${above}${name}` : `${above}/${name}`;
}

function nameExpression(part: string): RegExp {
  const source = part.replace(/\[([!^]?)([^\]]+)\]|[*?]|[\\^$.|+(){}[\]]/g, (match, negated, characters) => {
    if (match === "*") return "[^/]*";
    if (match === "?") return "[^/]";
    if (characters === undefined) return `\\${match}`;
    return `[${negated === "" ? "" : "^"}${String(characters).replace(/[\\\]^]/g, "\\$&")}]`;
  });
  return new RegExp(`^${source}$`, "s");
}
