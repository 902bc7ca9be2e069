import { AptError } from "../../apt/error.ts";
import type { DebianArchitecture, PackageIndex } from "../../apt/model.ts";
import { debianLine } from "../../apt/repository/debian-line.ts";
import { parseRepositoryLine } from "../../apt/repository/line.ts";
import type { Ports } from "../ports.ts";
import { openArchiveIndex } from "../supply/archive-index.ts";

/** Indices of Debian's main archive, its updates and its security updates, each acquired once. */
export interface Archives {
  /** `lines` of sources.list add to it what they ask of Debian's archive, such as its backports. */
  index(codename: string, architecture: DebianArchitecture, lines?: readonly string[]): Promise<PackageIndex>;
  close(): Promise<void>;
}

/** Archives that are acquired when they are first asked for. `index` throws what `openArchiveIndex` throws. */
export function openArchives(ports: Ports): Archives {
  const indices = new Map<string, Promise<PackageIndex>>();
  return {
    async index(codename, architecture, lines = []) {
      const repositories = [...new Set(lines)].filter((line) => isOfArchive(line, codename)).sort();
      const key = [codename, architecture, ...repositories].join("\n");
      const known = indices.get(key);
      if (known !== undefined) return await known;
      ports.report.step(`reading the archive: ${codename} ${architecture}`);
      const opened = openArchiveIndex({ repositories, keyring: [] }, { codename, architecture }, ports);
      indices.set(key, opened);
      return await opened;
    },
    async close() {
      for (const opened of await Promise.allSettled(indices.values())) {
        if (opened.status === "fulfilled") opened.value.close();
      }
    },
  };
}

/** Whether a line of sources.list asks of Debian's own archive; what is no such line does not. */
export function isOfArchive(line: string, codename: string): boolean {
  try {
    return debianLine(parseRepositoryLine(line), codename) !== null;
  } catch (cause) {
    if (cause instanceof AptError) return false;
    throw cause;
  }
}
