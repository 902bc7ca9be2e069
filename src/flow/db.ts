import { type ImportReport, importAdvisories } from "../vuln/import.ts";
import { defaultIndexPath } from "../vuln/index/place.ts";
import { advisorySources, openAdvisoryIndex } from "../vuln/index/read.ts";
import { updateAdvisories } from "../vuln/live.ts";
import type { AdvisorySource } from "../vuln/model.ts";
import type { Ports } from "./ports.ts";

/** Imports feeds from disk into the index; returns what became of each file. */
export async function importFeeds(paths: readonly string[], ports: Ports): Promise<ImportReport> {
  return await importAdvisories(paths, await defaultIndexPath(ports.cache), importOptions(ports));
}

/** Fetches the live feeds, each only when it has changed, and builds the index anew. */
export async function updateFeeds(ports: Ports): Promise<ImportReport> {
  const { http, cache, report } = ports;
  const updated = await updateAdvisories(await defaultIndexPath(cache), {
    ...importOptions(ports),
    http,
    cache,
    downloadProgress: ({ name, received, total }) => {
      report.step(`fetching ${name}`);
      report.advance(received, total ?? received);
    },
  });
  return updated.report;
}

/** The index's path and sources. Throws VULN_INDEX_INVALID when there is none. */
export async function indexStatus(
  ports: Ports,
): Promise<{ readonly index: string; readonly sources: readonly AdvisorySource[] }> {
  const path = ports.advisories ?? (await defaultIndexPath(ports.cache));
  const index = openAdvisoryIndex(path);
  try {
    return { index: path, sources: advisorySources(index) };
  } finally {
    index.close();
  }
}

function importOptions(ports: Ports) {
  return {
    now: ports.now(),
    signal: ports.signal,
    progress: ({ file, number, files }: { readonly file: string; readonly number: number; readonly files: number }) => {
      ports.report.step(`importing ${file}`);
      ports.report.advance(number - 1, files);
    },
  };
}
