import { compareTexts } from "../../sbom/order.ts";
import type { ParsedPurl } from "../../sbom/read/purl-parts.ts";
import { isImage, isImageIdentifier, type KnownImage } from "./image-match.ts";
import type { SourcedDocument, VexComponent, VexStatement } from "./model.ts";
import { type NamedPackage, packageMatches } from "./package-match.ts";
import { readPurl } from "./purl-match.ts";

/** A statement that is about a package of the image. */
export interface MatchingStatement {
  readonly statement: VexStatement;
  readonly from: SourcedDocument;
  /**
   * What it names: the image or something in it, the package alone, the base image or something in that; or what only the image
   * says that it or its base is.
   */
  readonly about: "image" | "package" | "base" | "claimed";
  /** Later documents, and later statements of a document, have a higher one. */
  readonly order: number;
}

/** Statements by the vulnerabilities they are about. */
export interface StatementIndex {
  /** Those about a vulnerability with one of these ids in this package, each once, in no order. */
  find(ids: readonly string[], one: NamedPackage | null): readonly MatchingStatement[];
}

/** What an index is made for. */
export interface IndexOptions {
  /** Ids and aliases that will be asked for; no others are indexed. */
  readonly ids: Iterable<string>;
  readonly image: KnownImage;
  readonly base: KnownImage | null;
  /** What the image and its base are by names that only the image has for them. */
  readonly claimed: KnownImage;
}

/**
 * Indexes the statements of `documents`. Ids and aliases of vulnerabilities are compared without regard to case. What a
 * statement names is compared with the images once, not for each package. Of statements that nobody vouches for, only the
 * newest hundred on a vulnerability are looked at, so that an image cannot bury what is said of it.
 */
export function statementIndex(documents: readonly SourcedDocument[], options: IndexOptions): StatementIndex {
  const candidates = candidatesOf(documents, options.ids);
  const seen: Seen = { ...options, reaches: new Map(), products: new Map(), purls: new Map() };
  const prepared = new Map<string, readonly Reaching[]>();
  const prepare = (name: string) => {
    const known = prepared.get(name) ?? reachingOf(candidates.get(name) ?? [], seen);
    prepared.set(name, known);
    return known;
  };
  return {
    find(ids, one) {
      const found = new Map<number, MatchingStatement>();
      for (const name of new Set(ids.map(key))) {
        for (const { candidate, reach } of prepare(name)) {
          if (found.has(candidate.order)) continue;
          const about = aboutOf(reach, one);
          if (about !== null) found.set(candidate.order, { ...candidate, about });
        }
      }
      return [...found.values()];
    },
  };
}

/** Most statements on one vulnerability that are shown though they do not count. */
const claimedLimit = 100;

interface Candidate {
  readonly statement: VexStatement;
  readonly from: SourcedDocument;
  readonly order: number;
}

function candidatesOf(
  documents: readonly SourcedDocument[],
  ids: Iterable<string>,
): ReadonlyMap<string, readonly Candidate[]> {
  const candidates = new Map<string, Candidate[]>();
  for (const id of ids) candidates.set(key(id), []);
  let order = 0;
  for (const from of documents) {
    for (const statement of from.document.statements) {
      const candidate = { statement, from, order: order++ };
      const { id, aliases } = statement.vulnerability;
      candidates.get(key(id))?.push(candidate);
      for (const alias of aliases) candidates.get(key(alias))?.push(candidate);
    }
  }
  return candidates;
}

type About = MatchingStatement["about"];

/** What of the image a statement is about: all of it, or packages by `packageKey`. */
interface Reach {
  readonly whole: About | null;
  readonly packages: ReadonlyMap<string, readonly NamedPurl[]>;
}

interface NamedPurl {
  readonly purl: ParsedPurl;
  readonly about: About;
}

/** Most names of one package in a statement, which differ in their qualifiers: none has as many. */
const namesLimit = 50;

interface Reaching {
  readonly candidate: Candidate;
  readonly reach: Reach;
}

/** What was made of statements and identifiers that come more than once. */
interface Seen {
  readonly image: KnownImage;
  readonly base: KnownImage | null;
  readonly claimed: KnownImage;
  readonly reaches: Map<number, Reach>;
  readonly products: Map<string, ImageStanding>;
  readonly purls: Map<string, ParsedPurl | null>;
}

function reachingOf(candidates: readonly Candidate[], seen: Seen): readonly Reaching[] {
  const all = candidates
    .map((candidate) => ({ candidate, reach: reachOf(candidate, seen) }))
    .filter(({ reach }) => reach.whole !== null || reach.packages.size > 0);
  const claimed = all.filter(({ candidate }) => isClaimed(candidate.from));
  if (claimed.length <= claimedLimit) return all;
  const newest = [...claimed].sort((a, b) => byTime(a.candidate, b.candidate)).slice(0, claimedLimit);
  return [...all.filter(({ candidate }) => !isClaimed(candidate.from)), ...newest];
}

function reachOf(candidate: Candidate, seen: Seen): Reach {
  const known = seen.reaches.get(candidate.order);
  if (known !== undefined) return known;
  const { scope, origin } = candidate.from;
  const products = candidate.statement.products.map((product) => ({ product, standing: standingOf(product, seen) }));
  // A feed has statements for many images: what holds in one says nothing of the same package in another.
  const onlyInImages = origin === "feed" && products.some(({ standing }) => standing.isOfImages);
  const packages = new Map<string, NamedPurl[]>();
  let whole: About | null = null;
  for (const { product, standing } of products) {
    const about = standing.isImage && scope === "image" ? "image" : standing.otherwise;
    if (about === null) {
      if (!onlyInImages) addPackages(product, scope === "base" ? "base" : "package", { packages, seen });
    } else if (product.subcomponents.length === 0) whole = closest(whole, about);
    else for (const one of product.subcomponents) addPackages(one, about, { packages, seen });
  }
  const reach = { whole, packages };
  seen.reaches.set(candidate.order, reach);
  return reach;
}

/** Whether a product is an image, and which of those it is. */
interface ImageStanding {
  readonly isOfImages: boolean;
  readonly isImage: boolean;
  /** What it is where it is not the image itself. */
  readonly otherwise: "base" | "claimed" | null;
}

function standingOf({ identifiers }: VexComponent, { image, base, claimed, products }: Seen): ImageStanding {
  const text = identifiers.join("\n");
  const known = products.get(text);
  if (known !== undefined) return known;
  const isBase = base !== null && isImage(identifiers, base);
  const standing = {
    isOfImages: identifiers.some(isImageIdentifier),
    isImage: isImage(identifiers, image),
    otherwise: isBase ? "base" : isImage(identifiers, claimed) ? "claimed" : null,
  } as const;
  products.set(text, standing);
  return standing;
}

function addPackages(
  { identifiers }: VexComponent,
  about: About,
  to: { readonly packages: Map<string, NamedPurl[]>; readonly seen: Seen },
): void {
  const { packages, seen } = to;
  for (const identifier of identifiers) {
    const purl = seen.purls.get(identifier) ?? (isImageIdentifier(identifier) ? null : readPurl(identifier));
    seen.purls.set(identifier, purl);
    if (purl === null) continue;
    const name = packageKey(purl, purl.version);
    const same = packages.get(name);
    if (same === undefined) packages.set(name, [{ purl, about }]);
    else if (same.length < namesLimit) same.push({ purl, about });
  }
}

function aboutOf(reach: Reach, one: NamedPackage | null): About | null {
  let about = reach.whole;
  if (one === null || reach.packages.size === 0) return about;
  for (const name of keysOf(one)) {
    for (const entry of reach.packages.get(name) ?? []) {
      if (entry.about !== about && packageMatches(entry.purl, one)) about = closest(about, entry.about);
    }
  }
  return about;
}

/** What statements on a package may be found by: its own name and its source's, each with and without a version. */
function keysOf({ purl, source, sourceVersions }: NamedPackage): ReadonlySet<string> {
  const own = [null, purl.version].map((version) => packageKey(purl, version));
  const ofSource = source === null ? [] : [null, ...sourceVersions].map((version) => packageKey(source, version));
  return new Set([...own, ...ofSource]);
}

/** The image comes before the package alone, then its base, and last what only the image says. */
const rank: Readonly<Record<About, number>> = { image: 0, package: 1, base: 2, claimed: 3 };

function closest(a: About | null, b: About): About {
  return a === null || rank[b] < rank[a] ? b : a;
}

/** Whether nobody vouches for a document: it came with an image, and no signature the user trusts is on it. */
export function isClaimed({ origin, verified }: SourcedDocument): boolean {
  return (origin === "attestation" || origin === "embedded") && !verified;
}

/** Newest first; at the same time what is about the image, then the package, then the base; then the later one. */
export function byAge(a: MatchingStatement, b: MatchingStatement): number {
  return byTime(a, b, rank[a.about] - rank[b.about]);
}

function byTime(a: Candidate, b: Candidate, closeness = 0): number {
  return compareTexts(b.statement.timestamp ?? "", a.statement.timestamp ?? "") || closeness || b.order - a.order;
}

function packageKey({ type, namespace, name }: ParsedPurl, version: string | null): string {
  return `${type}\n${namespace ?? ""}\n${name}\n${version ?? ""}`;
}

function key(id: string): string {
  return id.toUpperCase();
}
