import type { UnpatchedFigures } from "../compare/trial/trial-report.ts";
import { openImage } from "../facts/image.ts";
import { scanImage } from "../scan/scan.ts";
import { buildFromCatalog } from "./build.ts";
import type { Ports } from "./ports.ts";
import { matchScanned, openAdvisories } from "./vuln/advisories.ts";
import { comesAlone } from "./vuln/comes-with.ts";

/** Figures of a reconstruction as the last point release had it, without updates and security: what an old pull still has. */
export async function unpatchedFigures(name: string, platform: string, ports: Ports): Promise<UnpatchedFigures> {
  const { cache, signal } = ports;
  const built = await buildFromCatalog(
    { kind: "baseline", name, platforms: [platform], locked: null, pockets: ["release"] },
    ports,
  );
  const image = await openImage(built.source, built.index.index.descriptor, { signal });
  const { sbom, facts } = await scanImage(built.source, image, {
    reference: `baseline://${name} (unpatched)`,
    cache,
    signal,
  });
  using advisories = await openAdvisories(ports);
  const scanned = { sbom, facts, comesWith: comesAlone, created: null, notes: [], built };
  const { counts } = await matchScanned(scanned, advisories, ports);
  const release = built.lock.releases[0];
  return {
    reference: sbom.image.reference,
    notes: [`packages of Debian ${release?.version ?? "point release"} alone, without updates and security`],
    packages: sbom.packages.length,
    size: facts.size,
    vulnerabilities: counts.total,
    fixable: counts.fixable,
  };
}
