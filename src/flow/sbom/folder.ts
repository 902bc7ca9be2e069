import { resolve } from "node:path";
import { readDirectory } from "../../content/directory/read.ts";
import type { Sbom, ScanWarning } from "../../sbom/model.ts";
import { scanFiles } from "../../scan/files.ts";
import type { Ports } from "../ports.ts";
import type { ScanDetail } from "../scan.ts";

/** What is in the folder or file `path`, called by its absolute path. Throws as `readDirectory` and `scanFiles` do. */
export async function scanFolder(path: string, detail: ScanDetail, ports: Ports): Promise<Sbom> {
  const { signal, report } = ports;
  const reference = `fs://${resolve(path)}`;
  report.step(`reading the files of ${reference}`);
  const warnings: ScanWarning[] = [];
  const warn = (at: string, reason: string) => void warnings.push({ path: at, reason });
  const files = readDirectory(path, { warn, signal });
  return await scanFiles(files, { reference, warnings: () => warnings, signal, ...detail });
}
