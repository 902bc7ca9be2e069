import type { DebianArchitecture, PackageIndex } from "../../apt/model.ts";
import { acquireIndex } from "../../apt/suite.ts";
import type { Ports } from "../ports.ts";
import { aptOptions, aptPorts } from "../supply/apt-ports.ts";

/** Indices of Debian's main archive, its updates and its security updates, each acquired once. */
export interface Archives {
  index(codename: string, architecture: DebianArchitecture): Promise<PackageIndex>;
  close(): Promise<void>;
}

/** Archives that are acquired when they are first asked for. `index` throws what `acquireIndex` throws. */
export function openArchives(ports: Ports): Archives {
  const indices = new Map<string, Promise<PackageIndex>>();
  return {
    async index(codename, architecture) {
      const key = `${codename} ${architecture}`;
      const known = indices.get(key);
      if (known !== undefined) return await known;
      ports.report.step(`reading the archive: ${key}`);
      const opened = acquireIndex({ codename, architecture, components: ["main"] }, aptPorts(ports), aptOptions(ports));
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
