/** What one item of a changelog says of the CVEs it names. */
export interface Mentions {
  /** Those that it mends, as far as it does not say otherwise. */
  readonly fixed: readonly string[];
  /** Those of them that an earlier fix did not mend. */
  readonly completed: readonly string[];
  /** Those whose fix it takes back. */
  readonly reverted: readonly string[];
}

const name = String.raw`\bC(?:VE|AN)-\d{4}-\d{4,10}\b`;

/** Names that stand in a row share what is said of them. */
const row = new RegExp(`${name}(?:(?:,? and |, ?| & |/| \\+ | )${name})*`, "gi");

/** How much text before and after names is looked at, in characters. */
const [reach, reachAfter] = [120, 60];

/** What stands right before the names of fixes that are taken back. */
const reverting =
  /\brevert(?:s|ed|ing)?:? "?(?:(?:the|upstream|previous|all) ){0,3}(?:(?:fix|patch|change|commit)(?:es|s)?(?: (?:for|of))? )?(?:d\/p\/|debian\/patches\/)?"?$/i;

/**
 * What stands right before other names that are no fixes: of a fix that broke something or is only tested, of a relative of
 * the CVE that the item is about, of a CVE that the package does not have.
 */
const before = [
  /\bregressions?(?: in [\w.-]+)? (?:of|for|from|following|after|in|due to|caused by|introduced (?:by|in|with))(?: the| a)?(?: (?:fix|patch)(?:es)?(?: (?:for|of))?)? $/i,
  /\bfollow-?up (?:of|to|for|on)(?: the)?(?: (?:fix|patch)(?:es)?(?: (?:for|of))?)? $/i,
  /\b(?:after|introduced by|broken by|caused by)(?: the)? (?:fix|patch)(?:es)? (?:for|of|to) $/i,
  /\b(?:incomplete|partial) (?:fix(?:es)? (?:for|of) [^.;]*)?$/i,
  /(?:\bnot|n't)(?: \w+)? (?:affect(?:ed)?|vulnerable|exploitable)(?: (?:by|to))? $|\bunaffected by $/i,
  /\b(?:similar to|variant of|see also) $/i,
  /^\W*(?:add|fix|update|drop|disable|skip) (?:(?:unit|more|missing) )?tests? (?:for|of) $/i,
];

/** What stands right after such names. */
const after = [
  /^[\s-]+regression/i,
  /^[\])"]*[:,]? (?:(?:is|was|are|were|does|do) )?(?:not|isn't|wasn't|doesn't)(?: \w+)? (?:affect|vulnerable|applicable|exploitable|fixed)/i,
  /^[\])"]*:? \(?(?:ignored|postponed|no-dsa|not[ -]affected|not vulnerable|n\/a)(?=$|[).,;])/i,
];

/** How items say that a fix before did not do. */
const completing =
  /\b(?:fix|patch) (?:was|is|were) (?:incomplete|insufficient|not complete)|\bincomplete (?:fix|patch) (?:for|of)\b|\bcompletes? the (?:fix|patch) (?:for|of)\b/i;

/** Reads one item of a changelog, of any length. */
export function readMentions(item: string): Mentions {
  const mentions = { fixed: new Set<string>(), completed: new Set<string>(), reverted: new Set<string>() };
  if (/\bC(?:VE|AN)-/i.test(item)) {
    const text = item.replace(/\s+/g, " ");
    for (const match of text.matchAll(row)) {
      const kind = kindOf(text, match);
      if (kind !== "mentioned") for (const cve of cvesIn(match[0])) mentions[kind].add(cve);
    }
    const { fixed, completed } = mentions;
    // Of several it is not clear whose fix was incomplete.
    if (new Set(cvesIn(text)).size === 1 && completing.test(text)) for (const cve of cvesIn(text)) completed.add(cve);
    for (const cve of completed) fixed.add(cve);
  }
  return { fixed: [...mentions.fixed], completed: [...mentions.completed], reverted: [...mentions.reverted] };
}

function kindOf(text: string, match: RegExpExecArray): "fixed" | "reverted" | "mentioned" {
  const end = match.index + match[0].length;
  const said = text.slice(Math.max(0, match.index - reach), match.index);
  const next = text.slice(end, end + reachAfter);
  if (reverting.test(said)) return "reverted";
  return before.some((pattern) => pattern.test(said)) || after.some((pattern) => pattern.test(next))
    ? "mentioned"
    : "fixed";
}

function cvesIn(text: string): readonly string[] {
  return [...text.matchAll(/\bC(?:VE|AN)-(\d{4}-\d{4,10})\b/gi)].map((match) => `CVE-${match[1]}`);
}
