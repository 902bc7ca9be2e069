import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join, normalize } from "node:path";
import type { Definition } from "../../definition/schema.ts";
import type { SourceFile } from "../../image/definition/paths.ts";
import { FlowError } from "../error.ts";

const fileLimit = 64 << 20;
const countLimit = 10_000;

/** The files and folders of a catalogue that a definition's `paths` name by `source`, by that name. Throws FLOW_INPUT_MISSING. */
export async function readSources(
  definition: Pick<Definition, "paths">,
  catalog: string,
): Promise<ReadonlyMap<string, readonly SourceFile[]>> {
  const names = definition.paths.flatMap(({ type, source }) =>
    source === undefined || type === "symlink" || source.includes("://") ? [] : [source],
  );
  const read = [...new Set(names)].map(async (name) => [name, await readSource(name, catalog)] as const);
  return new Map(await Promise.all(read));
}

/** Files named by `source` lie below the catalogue's folder, as in the public catalogue's layout. */
async function readSource(name: string, catalog: string): Promise<readonly SourceFile[]> {
  const inside = normalize(name);
  if (inside.startsWith("..") || inside.startsWith("/")) {
    throw missing(`the path ${JSON.stringify(name)} leads out of the catalogue`);
  }
  const files: SourceFile[] = [];
  await readBelow(join(catalog, inside), { relative: "", name, files });
  return files;
}

interface Reading {
  readonly relative: string;
  readonly name: string;
  readonly files: SourceFile[];
}

async function readBelow(path: string, reading: Reading): Promise<void> {
  const { relative, name, files } = reading;
  const found = await lstat(path).catch((cause: unknown) => {
    throw missing(`the catalogue has no file ${name}`, cause);
  });
  const plain = { path: relative, executable: (found.mode & 0o111) !== 0, linkPath: "", content: new Uint8Array(0) };
  if (files.length >= countLimit) throw missing(`${name} has more than ${countLimit} files`);
  if (found.isSymbolicLink()) {
    files.push({ ...plain, type: "symlink", linkPath: await readlink(path) });
  } else if (found.isDirectory()) {
    files.push({ ...plain, type: "directory" });
    for (const child of (await readdir(path)).toSorted()) {
      await readBelow(join(path, child), { ...reading, relative: relative === "" ? child : `${relative}/${child}` });
    }
  } else if (found.isFile() && found.size <= fileLimit) {
    files.push({ ...plain, type: "file", content: await readFile(path) });
  } else {
    throw missing(`${join(name, relative)} is not a regular file of up to ${fileLimit >> 20} MiB`);
  }
}

function missing(message: string, cause?: unknown): FlowError {
  return new FlowError("FLOW_INPUT_MISSING", message, {
    hint: "`source` is a path below the catalogue's folder",
    ...(cause === undefined ? {} : { cause }),
  });
}
