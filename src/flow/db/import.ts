import { stat } from "node:fs/promises";
import { type ImportedBundle, importBundle } from "../../vuln/bundle/read.ts";
import { type ImportReport, importAdvisories } from "../../vuln/import.ts";
import type { Ports } from "../ports.ts";
import { importOptions, withLocalIndex } from "./local-index.ts";
import { publicKeyAt, unsealUnchecked, unsealWith } from "./seal.ts";

/** Imports feeds from disk into the index; returns what became of each file. */
export async function importFeeds(paths: readonly string[], ports: Ports): Promise<ImportReport> {
  return await withLocalIndex(ports, async (into) => await importAdvisories(paths, into, importOptions(ports)));
}

/** Which bundle to import, and what has to be true of it. */
export interface BundleRequest {
  readonly file: string;
  /** Files of public keys; the signature of one of them is enough. */
  readonly verifyKeys: readonly string[];
  /** Whether nothing is checked of the signature, and there may be none. */
  readonly allowUnsigned: boolean;
  readonly allowOlder: boolean;
}

/** A bundle that has become the index at `path`, of `bytes` bytes. */
export interface BundleReport {
  readonly path: string;
  readonly bytes: number;
  readonly bundle: ImportedBundle;
}

/**
 * Puts the index of a bundle in place of the one there is. Throws ATTEST_KEY_INVALID, ATTEST_DOCUMENT_INVALID,
 * VULN_BUNDLE_NOT_VERIFIED and what `importBundle` throws; the old index is then unchanged.
 */
export async function importBundleFile(request: BundleRequest, ports: Ports): Promise<BundleReport> {
  const { file, allowOlder } = request;
  const keys = await Promise.all(request.verifyKeys.map(publicKeyAt));
  const unseal = request.allowUnsigned ? unsealUnchecked(file) : unsealWith(keys, file);
  ports.report.step(`importing ${file}`);
  return await withLocalIndex(ports, async (path) => {
    const progress = (done: number, total: number) => ports.report.advance(done, total);
    const bundle = await importBundle(file, path, { unseal, allowOlder, signal: ports.signal, progress });
    return { path, bytes: (await stat(path)).size, bundle };
  });
}
