import type { PackageIndex } from "../apt/model.ts";
import type { Library, Ports } from "./ports.ts";

/**
 * A library that looks everything up anew each time. `ports` are asked for late: they hold the library themselves. What reads
 * definitions is much to load for commands that read none.
 */
export function freshLibrary(ports: () => Ports): Library {
  return {
    async catalog() {
      const { loadCatalog } = await import("../catalog/catalog.ts");
      const { recordedParses } = await import("./catalog/parse-cache.ts");
      return await loadCatalog(ports().catalog, { parses: recordedParses(ports().cache) });
    },
    async substitutions() {
      const { loadSubstitutions } = await import("../catalog/substitution.ts");
      return await loadSubstitutions(ports().catalog);
    },
    async openArchive(contents, request) {
      const { openArchiveIndex } = await import("./supply/archive-index.ts");
      return await openArchiveIndex(contents, request, ports());
    },
  };
}

/**
 * A library that looks up once and remembers: all images of one run are made of the same catalogue and archives. What it
 * has opened stays open until it is closed.
 */
export function sharedLibrary(ports: () => Ports): Library & { close(): Promise<void> } {
  const fresh = freshLibrary(ports);
  const archives = new Map<string, Promise<PackageIndex>>();
  const catalog = once(fresh.catalog);
  const substitutions = once(fresh.substitutions);
  return {
    catalog,
    substitutions,
    async openArchive(contents, request) {
      const key = JSON.stringify([contents.repositories, contents.keyring, request]);
      const opened = archives.get(key) ?? fresh.openArchive(contents, request);
      archives.set(key, opened);
      opened.catch(() => archives.delete(key));
      return { ...(await opened), close() {} };
    },
    async close() {
      for (const index of await Promise.allSettled(archives.values())) {
        if (index.status === "fulfilled") index.value.close();
      }
    },
  };
}

/** Asks once, and again only after a failure. */
function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | null = null;
  return async () => {
    asked ??= ask();
    asked.catch(() => {
      asked = null;
    });
    return await asked;
  };
}
