import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SourcedDocument } from "../../vuln/vex/model.ts";
import { readVex } from "../../vuln/vex/read.ts";
import { FlowError } from "../error.ts";

/** Most files that are read from folders, and the bytes of one. */
const limits = { files: 10_000, bytes: 64 * 2 ** 20 };

/**
 * The VEX documents at `locations`: files, and folders with all `.json` files below them. The user names them: they are
 * trusted. Throws FLOW_FILE_INVALID for what cannot be read and VULN_VEX_INVALID for what is no VEX document.
 */
export async function readVexLocations(locations: readonly string[]): Promise<readonly SourcedDocument[]> {
  const documents: SourcedDocument[] = [];
  for (const location of locations) {
    for (const path of await filesAt(location)) {
      const document = readVex(await readLimited(path), path);
      documents.push({ document, source: path, origin: "named", verified: false, scope: "image" });
    }
  }
  return documents;
}

async function filesAt(location: string): Promise<readonly string[]> {
  const stats = await stat(location).catch((cause: unknown) => {
    throw unreadable(location, cause);
  });
  if (!stats.isDirectory()) return [location];
  const entries = await readdir(location, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".json"));
  if (files.length > limits.files) throw unreadable(location, `it has more than ${limits.files} files`);
  if (files.length === 0) throw unreadable(location, "the folder has no .json files");
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

async function readLimited(path: string): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size > limits.bytes) throw unreadable(path, `it has more than ${limits.bytes} bytes`);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof FlowError) throw cause;
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): FlowError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new FlowError("FLOW_FILE_INVALID", `cannot read VEX documents from ${path}: ${why}`, {
    hint: "name a VEX document (OpenVEX, CSAF or CycloneDX), or a folder of them",
    cause,
  });
}
