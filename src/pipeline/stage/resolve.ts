import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import { PipelineError } from "../error.ts";

/** How a path is looked up. */
export interface ResolveOptions {
  /** Whether a symlink at the very end is followed too. */
  readonly followLast: boolean;
  /** Paths known to be directories and no symlinks: they are not looked at again. New ones are added. */
  readonly known?: Set<string>;
}

/** As many as the kernel follows for one path (path_resolution(7)). */
const mostLinks = 40;

/**
 * Where `path` leads inside the root at `directory`: every symlink on the way is followed as if the root were `/`, so that
 * neither `..` nor an absolute target gets out. Parts that do not exist are kept as they are. Nothing may change the root
 * meanwhile. Throws PIPELINE_PATH_INVALID for a loop and for a file in the place of a directory.
 */
export function resolveInside(directory: string, path: string, options: ResolveOptions): string {
  const rest = path.split("/").filter((part) => part !== "");
  const done: string[] = [];
  let links = 0;
  while (rest.length > 0) {
    const part = rest.shift() ?? "";
    if (part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    done.push(part);
    const here = done.join("/");
    if (rest.length === 0 && !options.followLast) break;
    if (options.known?.has(here) === true) continue;
    const found = lstatOrNull(join(directory, here));
    if (found === null) continue;
    if (found.isDirectory()) {
      options.known?.add(here);
    } else if (found.isSymbolicLink()) {
      links++;
      if (links > mostLinks) throw invalid(path, "follows too many symlinks");
      const target = readlinkSync(join(directory, here));
      if (target.startsWith("/")) done.length = 0;
      else done.pop();
      rest.unshift(...target.split("/").filter((name) => name !== ""));
    } else if (rest.length > 0) {
      throw invalid(path, `passes through ${here}, which is not a directory`);
    }
  }
  return done.join("/");
}

/** What is at `path`, a symlink not followed; null when nothing is. */
export function lstatOrNull(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function invalid(path: string, why: string): PipelineError {
  return new PipelineError("PIPELINE_PATH_INVALID", `/${path.replace(/^\/+/, "")} ${why} in the root of the build`, {
    hint: "look at what the packages, files and steps before have put there",
  });
}
