import type { ParsedPurl } from "../../sbom/read/purl-parts.ts";
import { isImage, isImageIdentifier, type KnownImage } from "./image-match.ts";
import type { VexComponent, VexDocument, VexProduct, VexStatement } from "./model.ts";
import { type NamedPackage, packageMatches } from "./package-match.ts";
import { readPurl } from "./purl-match.ts";

/** A VEX document and where it comes from. */
export interface SourcedDocument {
  readonly document: VexDocument;
  /** For people: a path, a feed's name, an attestation's digest. */
  readonly source: string;
  /** Named by the user, of a feed, attached to an image, or a file within it. */
  readonly origin: "named" | "feed" | "attestation" | "embedded";
  /** Whether its signature verifies with a key the user named. */
  readonly verified: boolean;
  /** Whether it comes with the image itself or with the image that is its base. */
  readonly scope: "image" | "base";
}

/** A statement that is about a package of the image. */
export interface MatchingStatement {
  readonly statement: VexStatement;
  readonly from: SourcedDocument;
  /** What it names: the image or something in it, the package alone, or the base image or something in that. */
  readonly about: "image" | "package" | "base";
  /** Later documents, and later statements of a document, have a higher one. */
  readonly order: number;
}

/** Statements by the vulnerabilities they are about. */
export interface StatementIndex {
  /** Those about a vulnerability with one of these ids in this package, in no order, each once. */
  find(ids: readonly string[], one: () => NamedPackage | null): readonly MatchingStatement[];
}

/** Which images statements may name. */
export interface IndexedImages {
  readonly image: KnownImage;
  readonly base: KnownImage | null;
}

/**
 * Indexes the statements of `documents`. Ids and aliases of vulnerabilities are compared without regard to case. What a
 * statement names is compared once for each vulnerability that is asked for, not once for each package.
 */
export function statementIndex(documents: readonly SourcedDocument[], images: IndexedImages): StatementIndex {
  const candidates = new Map<string, Candidate[]>();
  let order = 0;
  for (const from of documents) {
    for (const statement of from.document.statements) {
      const candidate = { statement, from, order: order++ };
      const { id, aliases } = statement.vulnerability;
      for (const name of new Set([id, ...aliases].map(key))) {
        const known = candidates.get(name);
        if (known === undefined) candidates.set(name, [candidate]);
        else known.push(candidate);
      }
    }
  }
  const prepared = new Map<string, Prepared>();
  const seen: Seen = { images, products: new Map(), purls: new Map() };
  const prepare = (name: string, of: readonly Candidate[]) => {
    const known = prepared.get(name) ?? preparedOf(of, seen);
    prepared.set(name, known);
    return known;
  };
  return {
    find(ids, one) {
      const names = [...new Set(ids.map(key))].filter((name) => candidates.has(name));
      if (names.length === 0) return [];
      const found = new Map<number, MatchingStatement>();
      const named = one();
      for (const name of names) addMatching(prepare(name, candidates.get(name) ?? []), named, found);
      return [...found.values()];
    },
  };
}

interface Candidate {
  readonly statement: VexStatement;
  readonly from: SourcedDocument;
  readonly order: number;
}

/** The statements on one vulnerability, by what of the image they are about. */
interface Prepared {
  readonly whole: readonly MatchingStatement[];
  readonly byPackage: ReadonlyMap<string, readonly { readonly match: MatchingStatement; readonly purl: ParsedPurl }[]>;
}

/** What was made of identifiers that many statements share. */
interface Seen {
  readonly images: IndexedImages;
  readonly products: Map<string, ImageStanding>;
  readonly purls: Map<string, ParsedPurl | null>;
}

/** Whether a product is an image, and which of those it is. */
interface ImageStanding {
  readonly isOfImages: boolean;
  readonly isImage: boolean;
  readonly isBase: boolean;
}

function preparedOf(candidates: readonly Candidate[], seen: Seen): Prepared {
  const whole: MatchingStatement[] = [];
  const byPackage = new Map<string, { match: MatchingStatement; purl: ParsedPurl }[]>();
  const add = (match: MatchingStatement, { identifiers }: VexComponent) => {
    for (const identifier of identifiers) {
      if (isImageIdentifier(identifier)) continue;
      const purl = seen.purls.get(identifier) ?? readPurl(identifier);
      seen.purls.set(identifier, purl);
      if (purl === null) continue;
      const same = byPackage.get(packageKey(purl));
      if (same === undefined) byPackage.set(packageKey(purl), [{ match, purl }]);
      else same.push({ match, purl });
    }
  };
  for (const candidate of candidates) {
    const { scope, origin } = candidate.from;
    const products = candidate.statement.products.map((product) => ({ product, standing: standingOf(product, seen) }));
    // A feed has statements for many images: what holds in one says nothing of the same package in another.
    const onlyInImages = origin === "feed" && products.some(({ standing }) => standing.isOfImages);
    for (const { product, standing } of products) {
      const about = scope === "image" && standing.isImage ? "image" : standing.isBase ? "base" : null;
      if (about === null) {
        if (!onlyInImages) add({ ...candidate, about: scope === "base" ? "base" : "package" }, product);
      } else if (product.subcomponents.length === 0) whole.push({ ...candidate, about });
      else for (const subcomponent of product.subcomponents) add({ ...candidate, about }, subcomponent);
    }
  }
  return { whole, byPackage };
}

function standingOf({ identifiers }: VexProduct, { images, products }: Seen): ImageStanding {
  const text = identifiers.join("\n");
  const known = products.get(text);
  if (known !== undefined) return known;
  const standing = {
    isOfImages: identifiers.some(isImageIdentifier),
    isImage: isImage(identifiers, images.image),
    isBase: images.base !== null && isImage(identifiers, images.base),
  };
  products.set(text, standing);
  return standing;
}

function addMatching(prepared: Prepared, one: NamedPackage | null, found: Map<number, MatchingStatement>): void {
  for (const match of prepared.whole) keepBest(match, found);
  if (one === null) return;
  const keys = new Set([packageKey(one.purl), packageKey(one.source ?? one.purl)]);
  for (const name of keys) {
    for (const { match, purl } of prepared.byPackage.get(name) ?? []) {
      if (packageMatches(purl, one)) keepBest(match, found);
    }
  }
}

const rank = { image: 0, package: 1, base: 2 } as const;

/** How closely a statement is about the image: the image before the package alone, its base last. Negative, 0 or positive. */
export function byCloseness(a: MatchingStatement, b: MatchingStatement): number {
  return rank[a.about] - rank[b.about];
}

function keepBest(match: MatchingStatement, found: Map<number, MatchingStatement>): void {
  const known = found.get(match.order);
  if (known === undefined || byCloseness(match, known) < 0) found.set(match.order, match);
}

function packageKey({ type, namespace, name }: ParsedPurl): string {
  return `${type}\n${namespace ?? ""}\n${name}`;
}

function key(id: string): string {
  return id.toUpperCase();
}
