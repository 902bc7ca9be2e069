import { resolvePath } from "../../facts/path.ts";
import { debPurl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { dependenciesOf } from "./dependencies.ts";
import { filesOf, ownFiles } from "./files.ts";
import { type DpkgFinding, dpkgInterest, dpkgReading, partsFolder } from "./finding.ts";
import { mappingsPath } from "./mappings.ts";
import type { StatusRecord } from "./status.ts";

/**
 * Debian packages, from dpkg's status file and from the files of status.d that images without dpkg have; and those of
 * opkg, whose database is like it. Their files are those their lists name, the records of dpkg itself included.
 */
export const dpkgCataloger: Cataloger<DpkgFinding> = {
  name: "dpkg",
  interest: dpkgInterest,
  reading: dpkgReading,
  catalog(context) {
    const packages = new Map(listed(context).map((item) => [item.purl, item]));
    const dependencies = dependenciesOf([...packages.values()]);
    ownFiles(context, [...packages.values()]);
    return [...packages.values()].map((item) => describe(context, item, dependencies.get(item.purl) ?? []));
  },
};

type Context = ScanContext<DpkgFinding>;

/** A package of a status file. */
interface Listed {
  readonly record: StatusRecord;
  readonly purl: string;
  /** The status file. */
  readonly path: string;
}

function listed(context: Context): readonly Listed[] {
  const { findings, distribution } = context;
  const mappings = findings.get(mappingsPath);
  const purls = new Map(Object.entries(mappings?.kind === "mappings" ? mappings.purls : {}));
  return [...findings].flatMap(([path, finding]) => {
    if (finding.kind !== "status") return [];
    for (const problem of finding.problems) context.warn(path, problem);
    return finding.packages.map((record) => ({
      record,
      purl: purls.get(record.name) ?? debPurl({ ...record, distribution }),
      path,
    }));
  });
}

function describe(context: Context, { record, purl, path }: Listed, dependsOn: readonly string[]): FoundPackage {
  const { name, version, architecture, source, maintainer } = record;
  const own = path.startsWith(partsFolder) ? path : filesOf(context, { record, path }).list;
  return {
    type: "deb",
    name,
    version,
    source: { name: source.name, version: source.version },
    purl,
    licenses: licensesOf(context, name),
    locations: [path],
    // The status file is of the layer that changed it last, whatever package it was changed for.
    evidence: own ?? "",
    supplier: maintainer === "" ? null : maintainer,
    architecture,
    comments: [],
    dependsOn,
  };
}

/** The folder with the copyright file is often a link to that of another package of the same source. */
function licensesOf({ tree, findings }: Context, name: string): readonly string[] {
  const finding = findings.get(resolvePath(tree.files, `usr/share/doc/${name}/copyright`) ?? "");
  return finding?.kind === "copyright" ? finding.licenses : [];
}
