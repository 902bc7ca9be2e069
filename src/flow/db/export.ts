import type { BundleDescription } from "../../vuln/bundle/format.ts";
import { writeBundle } from "../../vuln/bundle/write.ts";
import type { Ports } from "../ports.ts";
import { openAdvisories } from "../vuln/advisories.ts";
import { withLocalIndex } from "./local-index.ts";
import { privateKeyAt, sealWith } from "./seal.ts";

/** What to export to. */
export interface ExportRequest {
  /** The bundle's file. */
  readonly output: string;
  /** The file of the private key to sign with; null for a bundle without signature. */
  readonly signKey: string | null;
  /** What opens the key where it is encrypted. */
  readonly passphrase: string | null;
}

/** A bundle that was written, of `bytes` bytes; `keyId` is null where it is not signed. */
export interface ExportReport {
  readonly file: string;
  readonly bytes: number;
  readonly path: string;
  readonly keyId: string | null;
  readonly bundle: BundleDescription;
}

/**
 * Writes the index in use as a bundle for another machine. Throws ATTEST_KEY_INVALID, ATTEST_KEY_PASSWORD,
 * VULN_INDEX_INVALID and VULN_INDEX_UNWRITABLE; then the file is what it was.
 */
export async function exportAdvisories(request: ExportRequest, ports: Ports): Promise<ExportReport> {
  const { output, signKey, passphrase } = request;
  const key = signKey === null ? null : await privateKeyAt(signKey, passphrase);
  return await withLocalIndex(ports, async (usual) => {
    using opened = await openAdvisories(ports);
    const path = opened.index?.path ?? usual;
    ports.report.step(`exporting ${path}`);
    const progress = (done: number, total: number) => ports.report.advance(done, total);
    const options = { seal: sealWith(key), now: ports.now(), signal: ports.signal, progress };
    const { size, ...bundle } = await writeBundle(path, output, options);
    return { file: output, bytes: size, path, keyId: key?.publicKey.id ?? null, bundle };
  });
}
