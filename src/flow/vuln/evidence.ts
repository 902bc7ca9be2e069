import { createHash } from "node:crypto";
import { acquireIndex } from "../../apt/suite.ts";
import { CodedError } from "../../error.ts";
import type { Distribution, Sbom } from "../../sbom/model.ts";
import type { ArchiveEvidence } from "../../vuln/archive/evidence.ts";
import type { ArchivePorts } from "../../vuln/archive/provider.ts";
import { sourceOf } from "../../vuln/match/debian/matcher.ts";
import type { Ports } from "../ports.ts";
import { aptOptions, aptPorts } from "../supply/apt-ports.ts";
import { fetchPackage } from "../supply/inputs.ts";

const recordKind = "archive-evidence-3";

/** What other data calls open in the image, to be asked for where the archive is asked; `data` stands for that data. */
export interface Doubts {
  readonly data: string;
  doubted(): ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * What the archive tells of an image's packages; null for an image that is not of a Debian release. What it told is
 * remembered as long as an archive's index is taken for current, and, where nothing may be fetched, beyond that.
 */
export async function archiveEvidence(sbom: Sbom, doubts: Doubts, ports: Ports): Promise<ArchiveEvidence | null> {
  const { distribution } = sbom;
  if (distribution?.id !== "debian" || distribution.codename === null) return null;
  if (!sbom.packages.some(({ type }) => type === "deb")) return null;
  const key = keyOf(sbom, distribution, doubts.data);
  const remembered = readEvidence(await ports.cache.record(recordKind, key));
  const age = remembered === null ? Number.POSITIVE_INFINITY : ports.now().getTime() - remembered.at;
  if (remembered !== null && (ports.offline || (age >= 0 && age <= ports.maxAge))) return remembered.evidence;
  const evidence = await collect(sbom, { codename: distribution.codename, doubted: doubts.doubted(), ports });
  await ports.cache.writeRecord(recordKind, key, written(evidence, ports.now().getTime()));
  return evidence;
}

/** The same where the archive may be out of reach, which is found out at the first try: then null, and a note says so. */
export async function archiveEvidenceIfReached(
  sbom: Sbom,
  doubts: Doubts,
  ports: Ports,
): Promise<ArchiveEvidence | null> {
  try {
    return await archiveEvidence(sbom, doubts, { ...ports, http: ports.impatientHttp });
  } catch (cause) {
    ports.signal.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    ports.report.note(`the Debian archive cannot be asked for fixes, going on without it: ${cause.message}`);
    return null;
  }
}

async function collect(
  sbom: Sbom,
  about: { readonly codename: string; readonly doubted: ArchivePorts["doubted"]; readonly ports: Ports },
): Promise<ArchiveEvidence> {
  const { codename, doubted, ports } = about;
  const { collectArchiveEvidence } = await import("../../vuln/archive/provider.ts");
  ports.report.step(`asking the archive of ${codename} for fixes`);
  const request = { codename, architecture: architectureOf(sbom), components: ["main"] } as const;
  const packages = await acquireIndex(request, aptPorts(ports), aptOptions(ports));
  try {
    return await collectArchiveEvidence(sbom, packages, {
      fetchPackage: async (item) => await fetchPackage(item, ports),
      cache: ports.cache,
      ...(doubted === undefined ? {} : { doubted }),
      signal: ports.signal,
      progress: ({ done, total }) => ports.report.advance(done, total),
    });
  } finally {
    packages.close();
  }
}

function architectureOf({ image }: Sbom): "amd64" | "arm64" {
  return image.platform?.includes("arm64") === true ? "arm64" : "amd64";
}

/** The archive is asked about source packages: images with the same ones get the same answer. */
function keyOf(sbom: Sbom, { codename }: Distribution, data: string): string {
  const sources = sbom.packages
    .filter(({ type }) => type === "deb")
    .map((one) => Object.values(sourceOf(one)).join(" "))
    .sort();
  const hash = createHash("sha256").update(`${codename} ${architectureOf(sbom)}\n${data}\n`);
  for (const source of new Set(sources)) hash.update(`${source}\n`);
  return hash.digest("hex");
}

function written(evidence: ArchiveEvidence, at: number): unknown {
  return { at, evidence: { ...evidence, newest: [...evidence.newest] } };
}

/** What `written` wrote. Records of the cache are our own: one that is not as expected is as good as none. */
function readEvidence(record: unknown): { readonly at: number; readonly evidence: ArchiveEvidence } | null {
  if (typeof record !== "object" || record === null || !("at" in record) || !("evidence" in record)) return null;
  const { at, evidence } = record as { at: number; evidence: WrittenEvidence | null };
  const lists = [evidence?.newest, evidence?.fixes, evidence?.mended, evidence?.unread];
  if (typeof at !== "number" || evidence === null || !lists.every(Array.isArray)) return null;
  return { at, evidence: { ...evidence, newest: new Map(evidence.newest) } };
}

type WrittenEvidence = Omit<ArchiveEvidence, "newest"> & { readonly newest: readonly (readonly [string, string])[] };
