import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { acquireIndex } from "../apt/suite.ts";
import type { ArchiveEvidence } from "../vuln/archive/evidence.ts";
import { collectArchiveEvidence } from "../vuln/archive/provider.ts";
import { defaultIndexPath, ensureIndexFor } from "../vuln/discover.ts";
import { type AdvisoryIndex, openAdvisoryIndex } from "../vuln/index/read.ts";
import { match } from "../vuln/match.ts";
import type { MatchResult } from "../vuln/model.ts";
import type { Ports } from "./ports.ts";
import type { Scanned } from "./scan.ts";
import { aptOptions, aptPorts } from "./supply/apt-ports.ts";
import { fetchPackage } from "./supply/inputs.ts";

/** The advisories at hand; null where there are none and only the archive itself can be asked. */
export interface OpenedAdvisories extends Disposable {
  readonly index: AdvisoryIndex | null;
}

/** Opens the advisories the user names, a folder of feeds or an index, else the index `hardpan db` keeps. */
export async function openAdvisories(ports: Ports): Promise<OpenedAdvisories> {
  const path = await indexPath(ports);
  const index = path === null ? null : openAdvisoryIndex(path);
  return { index, [Symbol.dispose]: () => index?.close() };
}

async function indexPath(ports: Ports): Promise<string | null> {
  const { advisories, cache, signal, report } = ports;
  if (advisories === null) {
    const path = await defaultIndexPath(cache);
    return existsSync(path) ? path : null;
  }
  if ((await stat(advisories).catch(() => null))?.isFile() === true) return advisories;
  const progress = ({ number, files }: { readonly number: number; readonly files: number }) => {
    report.step(`importing advisories from ${advisories}`);
    report.advance(number - 1, files);
  };
  return await ensureIndexFor(advisories, cache, { now: ports.now(), signal, progress });
}

/** Matches a scanned image against the advisories and against the archive of its own release. */
export async function matchScanned(scanned: Scanned, { index }: OpenedAdvisories, ports: Ports): Promise<MatchResult> {
  const archive = await archiveEvidence(scanned, ports);
  return match(scanned.sbom, {
    policy: "all",
    today: ports.now().toISOString().slice(0, 10),
    ...(index === null ? {} : { index }),
    ...(archive === null ? {} : { archive }),
  });
}

/** What the archive tells of an image's packages; null for an image that is not of a Debian release. */
async function archiveEvidence({ sbom }: Scanned, ports: Ports): Promise<ArchiveEvidence | null> {
  const { distribution, image } = sbom;
  if (distribution?.id !== "debian" || distribution.codename === null) return null;
  ports.report.step(`asking the archive of ${distribution.codename} for fixes`);
  const architecture = image.platform?.includes("arm64") ? "arm64" : "amd64";
  const packages = await acquireIndex(
    { codename: distribution.codename, architecture, components: ["main"] },
    aptPorts(ports),
    aptOptions(ports),
  );
  try {
    return await collectArchiveEvidence(sbom, packages, {
      fetchPackage: async (item) => await fetchPackage(item, ports),
      cache: ports.cache,
      signal: ports.signal,
      progress: ({ done, total }) => ports.report.advance(done, total),
    });
  } finally {
    packages.close();
  }
}
