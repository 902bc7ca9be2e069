import { readFileSync, realpathSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { CheckError } from "../error.ts";
import type { CheckSpec } from "./model.ts";
import { parseSpec } from "./read.ts";

const largestSource = 16 * 1024 * 1024;

/**
 * Reads the run verification in `path`, and the files it names, which lie in its folder or below; null where there is none.
 * `shown` is how messages name it. Throws CHECK_SPEC_INVALID with file, line and column.
 */
export async function loadSpec(path: string, { shown }: { readonly shown: string }): Promise<CheckSpec | null> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (isSystemError(cause) && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return null;
    if (isSystemError(cause)) {
      throw new CheckError("CHECK_SPEC_INVALID", `${shown} cannot be read (${cause.code})`, {
        hint: "name a check.yaml",
        cause,
      });
    }
    throw cause;
  });
  return text === null ? null : parseSpec(text, { file: shown, source: sourceIn(dirname(path)) });
}

function sourceIn(folder: string): (path: string) => Uint8Array | { readonly problem: string } {
  return (path) => {
    try {
      const root = realpathSync(folder);
      const file = realpathSync(join(root, path));
      if (!file.startsWith(root + sep)) return { problem: "must be below the folder of this file" };
      const status = statSync(file);
      if (!status.isFile()) return { problem: "must be a file" };
      if (status.size > largestSource) return { problem: "is larger than 16 MiB" };
      return readFileSync(file);
    } catch (cause) {
      if (isSystemError(cause)) return { problem: `cannot be read: ${cause.code}` };
      throw cause;
    }
  };
}

function isSystemError(cause: unknown): cause is Error & { readonly code: string } {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string";
}
