import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PipelineError } from "../error.ts";
import { lstatOrNull, resolveInside } from "./resolve.ts";

/** Whether `source` has to be matched: it has `*`, `?` or `[`. */
export function isGlob(source: string): boolean {
  return /[*?[]/.test(source);
}

/**
 * Paths below the root at `directory` that `source` names, sorted; it has no leading slash. `*` and `?` match within one name,
 * also one that begins with a dot, `[…]` one character, and `**` any number of folders. Symlinks above the last name
 * lead where they lead inside the root. Names that are no UTF-8 are matched as they are shown. Throws
 * PIPELINE_PATH_INVALID, also for a folder of such a name that `**` would go into.
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
    .flatMap(({ name }) => {
      const path = below(above, name);
      if (lstatOrNull(join(directory, path)) === null) throw unreadable(path);
      return [name, ...foldersBelow(directory, path).map((deeper) => below(name, deeper))];
    });
}

function unreadable(path: string): PipelineError {
  return new PipelineError("PIPELINE_PATH_INVALID", `the folder /${path} has a name that is no UTF-8 or is too long`, {
    hint: "remove it in the last step, or name as output what lies beside it",
  });
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
  try {
    return new RegExp(`^${source}$`, "s");
  } catch (cause) {
    throw new PipelineError("PIPELINE_PATH_INVALID", `${JSON.stringify(part)} is no pattern of names`, {
      hint: "a range in brackets goes from the lower character to the higher: [a-z]",
      cause,
    });
  }
}
