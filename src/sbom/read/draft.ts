import type { Distribution, Sbom, SbomPackage, SourcePackage } from "../model.ts";
import { genericPurl } from "../purl.ts";
import { ecosystemName, parsePurl, upstreamSource, withEpoch } from "./purl-parts.ts";

/** A package as a document's own words give it, before its URL, relationships and notes are brought in. */
export interface DraftPackage {
  /** What the document's relationships call it. */
  readonly reference: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string | null;
  readonly source?: SourcePackage | null;
  readonly licenses?: readonly string[];
  readonly locations?: readonly string[];
  readonly layer?: string | null;
  readonly supplier?: string | null;
  readonly architecture?: string | null;
  readonly comments?: readonly string[];
  readonly fromBase?: boolean | null;
  /** What a note of ours in the document says instead. */
  readonly exact?: Partial<SbomPackage>;
}

/** A file as a document gives it; `owner` is the reference of its package. */
export interface DraftFile {
  readonly path: string;
  readonly size: number | null;
  readonly sha256: string | null;
  readonly sha1: string | null;
  readonly layer: string | null;
  readonly reference: string;
  /** Its package, where that is no package of the document. */
  readonly owner: string | null;
}

/** What a document is about. */
export interface Subject extends Pick<Sbom, "image" | "base" | "removed" | "warnings"> {
  /** null where the document does not say; the packages' URLs often do. */
  readonly distribution: Distribution | null;
  readonly unowned: { readonly files: number; readonly bytes: number };
}

/** What is taken from a document that says no more of its subject than image and distribution, as foreign ones do. */
export const nothingMore: Pick<Subject, "unowned" | "base" | "removed" | "warnings"> = {
  unowned: { files: 0, bytes: 0 },
  base: null,
  removed: [],
  warnings: [],
};

/** One thing brings or needs another; both are references. */
export type Edge = readonly [from: string, to: string];

/** All that a reader takes from a document. */
export interface Draft {
  readonly subject: Subject;
  /** What a note of ours says of the subject instead. */
  readonly exact: Partial<Subject>;
  readonly packages: readonly DraftPackage[];
  /** From a package to what it needs. */
  readonly dependencies: readonly Edge[];
  /** From a package to a package or file that it brought. */
  readonly contents: readonly Edge[];
  readonly files: readonly DraftFile[];
}

/**
 * The package that `draft` is without notes of ours and relationships: its type, architecture and source from its URL,
 * a generic URL where it has none that can be read.
 */
export function completePackage(draft: DraftPackage): SbomPackage {
  const parts = draft.purl === null ? null : parsePurl(draft.purl);
  const written = draft.version === "" ? (parts?.version ?? "") : draft.version;
  const version = parts === null ? written : withEpoch(written, parts);
  const common = {
    version,
    licenses: draft.licenses ?? [],
    locations: draft.locations ?? [],
    layer: draft.layer ?? null,
    supplier: draft.supplier ?? null,
    comments: draft.comments ?? [],
    owner: null,
    fromBase: draft.fromBase ?? null,
    dependsOn: [],
  };
  if (parts === null || draft.purl === null) {
    const name = draft.name.trim() === "" ? "unnamed" : draft.name.toWellFormed();
    const architecture = draft.architecture ?? null;
    const source = draft.source ?? null;
    return { type: "generic", name, source, purl: genericPurl(name, version.toWellFormed()), architecture, ...common };
  }
  const isBare = draft.name === "" || draft.name === parts.name;
  return {
    type: parts.type,
    name: isBare ? ecosystemName(parts.type, parts.namespace, draft.name || parts.name) : draft.name,
    source: draft.source ?? upstreamSource(parts, version),
    purl: draft.purl,
    architecture: draft.architecture ?? parts.qualifiers["arch"] ?? null,
    ...common,
  };
}

/** The distribution that most of the packages' URLs name; null when none does. */
export function distributionOf(packages: readonly { readonly purl: string }[]): Distribution | null {
  const votes = new Map<string, { count: number; distribution: Distribution }>();
  for (const { purl } of packages) {
    if (!purl.includes("distro=")) continue;
    const parts = parsePurl(purl);
    const distro = parts?.qualifiers["distro"];
    if (parts === null || distro === undefined || distro === "") continue;
    const distribution = readDistro(distro, parts.namespace ?? "");
    const key = JSON.stringify(distribution);
    const vote = votes.get(key) ?? { count: 0, distribution };
    vote.count++;
    votes.set(key, vote);
  }
  let best: { count: number; distribution: Distribution } | null = null;
  for (const vote of votes.values()) if (best === null || vote.count > best.count) best = vote;
  return best?.distribution ?? null;
}

/** `debian-13`, `debian-sid`, `opensuse-leap-15.6`; some scanners write the version alone: `3.22.1`. */
function readDistro(distro: string, namespace: string): Distribution {
  const dash = distro.lastIndexOf("-");
  const startsWithVersion = /^\d/.test(distro);
  const id = startsWithVersion ? namespace : dash > 0 ? distro.slice(0, dash) : distro;
  const release = startsWithVersion ? distro : dash > 0 ? distro.slice(dash + 1) : "";
  const isNumber = /^\d/.test(release);
  return {
    id,
    versionId: isNumber ? release : null,
    codename: isNumber || release === "" ? null : release,
    prettyName: null,
  };
}
