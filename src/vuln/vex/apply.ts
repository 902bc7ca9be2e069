import type { BaseImage, Distribution, ImageIdentity } from "../../sbom/model.ts";
import type { AppliedStatement, Finding, StatementTrust, Suppression } from "../model.ts";
import { knownImage } from "./image-match.ts";
import type { SourcedDocument } from "./model.ts";
import { namedPackage } from "./package-match.ts";
import { byAge, isClaimed, type MatchingStatement, statementIndex } from "./statement-index.ts";

/** What VEX documents are applied to, and which are. */
export interface VexContext {
  readonly image: ImageIdentity & {
    /** What else the image is called, as references. */
    readonly names: readonly string[];
    /** What only the image says that it is called. */
    readonly claimedNames: readonly string[];
    /** What other digests it is meant by, as `sha256:…`: those of the indexes it is in. */
    readonly digests: readonly string[];
  };
  readonly distribution: Distribution | null;
  readonly base: BaseImage | null;
  /** What the base is called by somebody else than the image; null where nobody else names it. */
  readonly baseName: string | null;
  readonly documents: readonly SourcedDocument[];
  /** Whose statements count; none for everybody's. */
  readonly authors: readonly RegExp[];
}

/**
 * The findings with what VEX documents say of them. A statement is about a finding when it names the vulnerability, by id or
 * alias of either side, and a product that is
 *
 * - the image, with the package among the subcomponents or with none, which means all of it;
 * - the package, or the source package it is from. A statement of a feed that names images counts only in those images;
 * - the base image, or comes with it: this counts for packages that are as the base has them (`fromBase`), no others.
 *
 * An image cannot choose which statements are about it: one that names it, or its base, by a name that nobody but the image
 * has for it is shown as claimed, and does not count. A digest always does.
 *
 * A library within another package as product is not enough: nothing says that no other package uses it.
 *
 * Every such statement is in `statements`, newest first, with whether it counts (of those that nobody vouches for, the newest
 * hundred on a vulnerability): documents that the user named and feeds do,
 * what came with an image does when its signature verifies, and all only from the authors asked for. Of those that count, the
 * **newest decides alone**, whatever product it names: VEX is a sequence in which later statements override earlier ones
 * (OpenVEX 0.2.0, "The VEX Statement"), and an author who comes to another conclusion need not repeat the words of the
 * product. At the same time, one about the image comes before one about the package, as others ask for these first, and then
 * the later in the document, then the later document. `not_affected` and `fixed` suppress; `affected` and
 * `under_investigation` do not, and as the newest undo what older ones suppressed. A `not_affected` without any reason
 * decides nothing, as if it had not been made. Statements without a time are the oldest. A finding that nobody speaks of, and
 * what suppresses one already, stay as they are.
 */
export function applyVex(findings: readonly Finding[], of: VexContext): readonly Finding[] {
  const { distribution, base, baseName } = of;
  const { platform, reference, digest, names, claimedNames, digests } = of.image;
  const known = { platform, distribution };
  const index = statementIndex(of.documents, {
    ids: findings.flatMap(({ id, aliases }) => [id, ...aliases]),
    image: knownImage({ references: [reference, ...names], digests: [digest, ...digests], ...known }),
    base: base === null ? null : knownImage({ references: [baseName], digests: [base.digest], ...known }),
    claimed: knownImage({ references: [...claimedNames, base?.reference ?? null], digests: [], ...known }),
  });
  return findings.map((finding) => {
    const matching = index.find([finding.id, ...finding.aliases], namedPackage(finding.package, distribution));
    if (matching.length === 0) return finding;
    const statements = [...matching]
      .sort(byAge)
      .map((match) => ({ match, trust: trustOf(match, finding.fromBase === true, of.authors) }));
    const decisive = statements.find(({ match, trust }) => trust === "trusted" && !match.statement.unexplained);
    return {
      ...finding,
      suppressed: (decisive === undefined ? null : suppressionBy(decisive.match)) ?? finding.suppressed,
      statements: statements.map(({ match, trust }) => applied(match, trust)),
    };
  });
}

function trustOf(match: MatchingStatement, isFromBase: boolean, authors: readonly RegExp[]): StatementTrust {
  if (isClaimed(match.from) || match.about === "claimed") return "claimed, not trusted";
  const author = match.statement.author.slice(0, longestAuthor);
  if (authors.length > 0 && !authors.some((pattern) => author.search(pattern) >= 0)) return "other author";
  return match.about === "base" && !isFromBase ? "base only" : "trusted";
}

/** Patterns are the user's, names are foreign: a short text keeps any pattern fast. */
const longestAuthor = 300;

function suppressionBy({ statement }: MatchingStatement): Suppression | null {
  const { author, status, justification, statement: words } = statement;
  if (status !== "not_affected" && status !== "fixed") return null;
  return { by: author, status, justification, statement: words };
}

function applied({ statement, from }: MatchingStatement, trust: StatementTrust): AppliedStatement {
  const { author, status, justification, timestamp, statement: words } = statement;
  return { by: author, status, justification, statement: words, timestamp, source: from.source, trust };
}
