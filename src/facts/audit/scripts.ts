import { searchedFolders } from "../command.ts";
import type { ImageFile, ScriptFact, StartedCommand } from "../model.ts";
import { nameOf, parentOf, resolvePath } from "../path.ts";
import type { ScriptTrait } from "../trait.ts";
import { commandOfEnv } from "./env-command.ts";
import type { AuditInput } from "./input.ts";
import { findProgram } from "./lookup.ts";

type Needed = Pick<ScriptFact, "interpreter" | "missing">;

/** Every executable script with what runs it, sorted by path. */
export function scriptFacts(
  input: Pick<AuditInput, "files" | "traits" | "container">,
  command: StartedCommand | null,
): readonly ScriptFact[] {
  const { files, traits, container } = input;
  const onPath = programsOnPath(files, container.environment);
  if (command?.path) onPath.add(resolvePath(files, command.path) ?? "");
  const interpreterOf = interpreterFinder(input);
  const found: ScriptFact[] = [];
  for (const [path, trait] of traits) {
    if (trait.kind !== "script") continue;
    const grade = onPath.has(path) ? "certain" : "possible";
    found.push({ path: `/${path}`, ...interpreterOf(trait), grade });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The files that names in the folders of PATH lead to. */
function programsOnPath(files: ReadonlyMap<string, ImageFile>, environment: readonly string[]): Set<string> {
  const folders = searchedFolders(files, environment);
  const found = new Set<string>();
  for (const { path, type } of files.values()) {
    if (type === "directory" || !folders.has(parentOf(path))) continue;
    found.add((type === "symlink" ? resolvePath(files, path) : path) ?? path);
  }
  return found;
}

/** Thousands of scripts have a handful of first lines. */
function interpreterFinder({ files, container }: Pick<AuditInput, "files" | "container">) {
  const known = new Map<string, Needed>();
  const isThere = (word: string) => findProgram(files, word, container) !== null;
  // Linux looks for an interpreter without a slash in the working directory, not in PATH.
  const isThereAsPath = (path: string) => isThere(path.includes("/") ? path : `./${path}`);
  return ({ interpreter, argument }: ScriptTrait): Needed => {
    const key = `${interpreter}\0${argument ?? ""}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const word = nameOf(interpreter) === "env" && isThere(interpreter) ? commandOfEnv(argument ?? "") : null;
    const missing = word === null ? !isThereAsPath(interpreter) : !isThere(word);
    const found = { interpreter: word ?? interpreter, missing };
    known.set(key, found);
    return found;
  };
}
