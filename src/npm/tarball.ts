import { collect } from "../archive/bytes.ts";
import { gunzip } from "../archive/gzip.ts";
import { readTar } from "../archive/tar-read.ts";
import { NpmError } from "./error.ts";

/** A file of a package, without the folder that all of a tarball's entries lie in. */
export interface NpmFile {
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content: Uint8Array;
}

/** Limits in bytes; `what` names the package in messages. */
export interface NpmTarballOptions {
  readonly what: string;
  /** Unpacked; default 2 GiB. */
  readonly totalSize?: number;
  /** One file; default 512 MiB. */
  readonly fileSize?: number;
}

/**
 * The regular files of an npm tarball one by one: gzip, tar, the first folder of every path (usually `package/`)
 * removed. Links are skipped, as npm does. Throws what archive/ does for damage, unsafe paths and sizes, and
 * NPM_TARBALL_INVALID for a path given twice.
 */
export async function* readNpmTarball(
  source: AsyncIterable<Uint8Array>,
  options: NpmTarballOptions,
): AsyncGenerator<NpmFile> {
  const { what, totalSize = 2 ** 31, fileSize = 512 << 20 } = options;
  const seen = new Set<string>();
  const tar = gunzip(source, { limit: totalSize, what });
  for await (const { header, content } of readTar(tar, { what, limits: { entrySize: fileSize, totalSize } })) {
    if (header.type !== "file") continue;
    const path = header.path.replace(/^[^/]*\//, "");
    if (path === "" || seen.has(path)) throw invalid(what, path);
    seen.add(path);
    yield { path, mode: header.mode, content: await collect(content, { limit: fileSize, what: `${what}: ${path}` }) };
  }
}

function invalid(what: string, path: string): NpmError {
  return new NpmError("NPM_TARBALL_INVALID", `${what} has ${path === "" ? "a file without a name" : `${path} twice`}`, {
    hint: "the tarball is not one npm would have packed; do not use it",
  });
}
