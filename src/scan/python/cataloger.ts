import { packageUrl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, Reading, ScanContext } from "../cataloger.ts";
import { onePerPurl } from "../one-per-purl.ts";
import { parseDirectUrl } from "./direct-url.ts";
import { type Distribution, distributionsOf, type PythonFinding } from "./distributions.ts";
import { createEnvironments, type Environments } from "./environments.ts";
import { parseMetadata } from "./metadata.ts";
import { type InfoPlace, infoPlaceOf, listedPaths } from "./place.ts";
import { parseInstalledFiles, parseRecord } from "./record.ts";
import { normalizedName, requiredNamesOfEgg } from "./requires.ts";

/**
 * Installed Python distributions, as `pip list` prints them: from the metadata beside the modules, whether pip, another
 * installer or the distribution put it there. What a package has vendored within its own folder is not listed.
 */
export const pythonCataloger: Cataloger<PythonFinding> = {
  name: "python",
  interest: {
    names: ["METADATA", "PKG-INFO", "RECORD", "installed-files.txt", "requires.txt", "direct_url.json"],
    endings: [".egg-info"],
  },
  reading(path) {
    const place = infoPlaceOf(path);
    return place === null ? null : readings[place.kind];
  },
  catalog(context) {
    const distributions = distributionsOf(context.findings);
    const environments = createEnvironments(distributions, purlOf);
    for (const distribution of distributions) own(context, distribution);
    return onePerPurl(distributions.map((distribution) => describe(distribution, environments)));
  },
};

const readings: Readonly<Record<InfoPlace["kind"], Reading<PythonFinding>>> = {
  metadata: { limit: 2 ** 22, read: (content) => ({ metadata: parseMetadata(textOf(content)) }) },
  record: { limit: 2 ** 25, read: (content) => ({ files: parseRecord(textOf(content)) }) },
  "installed-files": { limit: 2 ** 25, read: (content) => ({ files: parseInstalledFiles(textOf(content)) }) },
  requires: { limit: 2 ** 20, read: (content) => ({ requires: requiredNamesOfEgg(textOf(content)) }) },
  "direct-url": {
    limit: 2 ** 16,
    read: (content) => {
      const origin = parseDirectUrl(textOf(content));
      return origin === null ? null : { origin };
    },
  },
};

function textOf(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}

function purlOf({ metadata }: Distribution): string {
  const name = normalizedName(metadata.name);
  return packageUrl({ type: "pypi", namespace: null, name, version: metadata.version });
}

function own({ owners }: ScanContext<PythonFinding>, distribution: Distribution): void {
  const purl = purlOf(distribution);
  const { path, info, site, lists } = distribution;
  owners.add(path, purl);
  if (info !== path) owners.addFolder(info.endsWith("/EGG-INFO") ? info.slice(0, -"/EGG-INFO".length) : info, purl);
  for (const { files, folder } of lists) {
    for (const file of listedPaths(files, { folder, site })) owners.add(file, purl);
  }
}

function describe(distribution: Distribution, environments: Environments): FoundPackage {
  const { metadata, path, origin } = distribution;
  return {
    type: "pypi",
    name: metadata.name,
    version: metadata.version,
    source: null,
    purl: purlOf(distribution),
    licenses: metadata.licenses,
    locations: [path],
    supplier: metadata.supplier,
    architecture: null,
    comments: origin === null ? [] : [origin],
    dependsOn: environments.dependenciesOf(distribution),
  };
}
