import type { Ports } from "../ports.ts";
import type { ArtifactPorts } from "./artifacts.ts";
import type { FilePorts } from "./files.ts";

/** What fetching files takes of the ports. */
export function filePorts(ports: Ports): FilePorts {
  const { cache, http, offline, report, signal, environment, temporaryDirectory, secrets } = ports;
  return { cache, http, offline, report, signal, environment, temporaryDirectory, secrets };
}

/** What fetching content of other images takes of the ports. */
export function artifactPorts(ports: Ports): ArtifactPorts {
  const { cache, registries, offline, report, signal, openCatalog } = ports;
  return { cache, registries, offline, report, signal, openCatalog };
}
