import { packFiles } from "../../src/facts/files/packed.ts";
import type { InspectedTree } from "../../src/facts/files/tree.ts";
import { applyLayer, createTree } from "../../src/facts/merge.ts";
import type { ImageFile } from "../../src/facts/model.ts";
import type { ImageConfig } from "../../src/oci/config.ts";
import { emptyContainerConfig } from "../../src/oci/config.ts";
import type { Distribution, ScanWarning } from "../../src/sbom/model.ts";
import type { Cataloger, FoundPackage } from "../../src/scan/cataloger.ts";
import { createFinder, findingOf, interestIn } from "../../src/scan/finder.ts";
import { isFileFindings } from "../../src/scan/finder-result.ts";
import { createOwners, type Owners, ownableFiles } from "../../src/scan/owners.ts";

/** A file of an image made in a test: its content, or what is out of the ordinary. */
export type HarnessFile = string | Uint8Array | Partial<ImageFile & { readonly content: string | Uint8Array }>;

/** What is around the files. */
export interface HarnessOptions {
  readonly environment?: readonly string[];
  readonly place?: "image" | "folder";
  readonly distribution?: Distribution | null;
  readonly found?: readonly FoundPackage[];
  /** Paths and the package URL that owns them before the cataloger runs. */
  readonly owned?: Readonly<Record<string, string>>;
}

/** What a cataloger makes of files. */
export interface HarnessResult {
  readonly packages: readonly FoundPackage[];
  readonly warnings: readonly ScanWarning[];
  readonly owners: Owners;
  readonly tree: InspectedTree;
}

/** Debian 13, as os-release says it. */
export const debian: Distribution = {
  id: "debian",
  versionId: "13",
  codename: "trixie",
  prettyName: "Debian GNU/Linux 13 (trixie)",
};

/** Lets one cataloger read `files` as a scan does, in pieces of odd sizes, and catalog what it found. */
export function catalogFiles<Finding>(
  cataloger: Cataloger<Finding>,
  files: Readonly<Record<string, HarnessFile>>,
  options: HarnessOptions = {},
): HarnessResult {
  const tree = treeOf(files, [cataloger]);
  const owners = createOwners(ownableFiles(tree.files));
  for (const [path, purl] of Object.entries(options.owned ?? {})) owners.add(path, purl);
  const warnings: ScanWarning[] = [];
  const findings = new Map<string, Finding>();
  const interested = interestIn([cataloger]);
  for (const [path, finding] of [...tree.findings].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (isFileFindings(finding)) warnings.push(...finding.warnings.map((reason) => ({ path, reason })));
    const part = findingOf(finding, cataloger);
    const isAsked = cataloger.interest.programs === true || interested(path).length > 0;
    // What a cataloger finds, it is given back.
    if (part !== null && isAsked) findings.set(path, part as Finding);
  }
  const config: ImageConfig = {
    platform: { os: "linux", architecture: "amd64" },
    container: { ...emptyContainerConfig, environment: options.environment ?? [] },
    diffIds: [],
    history: [],
  };
  const packages = cataloger.catalog({
    tree,
    place: options.place ?? "folder",
    findings,
    config,
    distribution: options.distribution === undefined ? debian : options.distribution,
    owners,
    found: options.found ?? [],
    warn: (path, reason) => warnings.push({ path, reason }),
  });
  return { packages, warnings, owners, tree };
}

/** A tree of `files`, read by `catalogers`. */
export function treeOf(files: Readonly<Record<string, HarnessFile>>, catalogers: readonly Cataloger[]): InspectedTree {
  const finder = createFinder(catalogers);
  const list = packFiles(0);
  const known = new Map<string, { content: Uint8Array; finding: unknown }>();
  for (const [path, value] of Object.entries(files)) {
    const given = typeof value === "string" || value instanceof Uint8Array ? { content: value } : value;
    const { content = "", ...rest } = given;
    const bytes = Buffer.from(content);
    const file: ImageFile = {
      path,
      type: "file",
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: bytes.length,
      linkPath: "",
      layer: 0,
      ...rest,
    };
    list.add(file);
    if (file.type === "file" && bytes.length > 0)
      known.set(path, { content: bytes, finding: findingIn(bytes, path, finder) });
  }
  const tree = createTree();
  const all = [...list.read()].map((file) => {
    const { content = null, finding = null } = known.get(file.path) ?? {};
    return { file, content, trait: null, finding };
  });
  applyLayer(tree, { index: 0, markers: [], files: all });
  return { ...tree, layers: [] };
}

/** Goes through JSON, as findings are kept as such. */
function findingIn(content: Uint8Array, path: string, finder: ReturnType<typeof createFinder>): unknown {
  const sink = finder.open(path, { size: content.length, type: "file" }, content.subarray(0, 256));
  if (sink === null) return null;
  let size = 1;
  for (let at = 0; at < content.length; at += size, size = ((size * 7) % 8191) + 1) {
    // A copy that is overwritten afterwards, as pieces are only lent.
    const piece = new Uint8Array(content.subarray(at, at + size));
    sink.write(piece);
    piece.fill(0xaa);
  }
  const finding = sink.end();
  return finding === null ? null : JSON.parse(JSON.stringify(finding));
}
