import { licenseId } from "./license-id.ts";

/**
 * The licences of a License field's first line as SPDX expressions, all of which apply. `and` binds more tightly than
 * `or`, and a comma before either less than both (machine-readable copyright format 1.0, §7.2). `and/or` and whatever has
 * parentheses is read as `and`, which promises least. A whole licence text in place of a name gives none.
 */
export function licenseExpressions(synopsis: string): readonly string[] {
  const text = synopsis
    .trim()
    .slice(0, longestSynopsis)
    .replaceAll(/_(or|and)_/gi, " $1 ");
  if (/[()]/.test(text)) return text.split(/[\s,()]+(?:and\/or|and|or)[\s,()]+|[,()]+/i).flatMap((name) => idOf(name));
  return print(readList(text)).filter((expression) => expression !== "");
}

const longestSynopsis = 1000;
const longestName = 60;
const mostWords = 6;

/** Terms that all apply (`and`) or of which one does (`or`). */
interface Group {
  readonly operator: "and" | "or";
  readonly terms: readonly (Group | string)[];
}

/** `A or B, and C`: what is between the commas, joined from left to right. `A, B or C` is a list of alternatives. */
function readList(text: string): Group {
  const parts = text.split(",").map((part) => {
    const [, word, rest = ""] = /^\s*(?:(and\/or|and|or)\s+)?(.*)$/i.exec(part) ?? [];
    return { operator: word === undefined ? null : operatorOf(word), group: readPart(rest) };
  });
  const [first, ...others] = parts.filter(({ group }) => group.terms.length > 0);
  if (first === undefined) return { operator: "and", terms: [] };
  const last = others.at(-1)?.group;
  const isPlainList = others.every(({ operator }) => operator === null) && last?.operator === "or";
  if (isPlainList) return { operator: "or", terms: [first, ...others].flatMap(({ group }) => group.terms) };
  return others.reduce<Group>((left, { operator, group }, at) => {
    const next = others.slice(at).find((other) => other.operator !== null)?.operator;
    return { operator: operator ?? next ?? "and", terms: [left, group] };
  }, first.group);
}

/** `A or B and C`, without commas. */
function readPart(text: string): Group {
  const alternatives = text.split(/\s+or\s+/i).map((part): Group => {
    return { operator: "and", terms: part.split(/\s+(?:and\/or|and)\s+/i).flatMap((name) => idOf(name)) };
  });
  const terms = alternatives.filter((group) => group.terms.length > 0);
  const [only, ...more] = terms;
  return only !== undefined && more.length === 0 ? only : { operator: "or", terms };
}

function operatorOf(word: string): Group["operator"] {
  return word.toLowerCase() === "or" ? "or" : "and";
}

function idOf(name: string): readonly string[] {
  const text = name.trim();
  if (/^(|and|or|and\/or)$/i.test(text) || text.length > longestName || text.split(/\s+/).length > mostWords) return [];
  return [licenseId(text)];
}

/** The expressions that `group` is the conjunction of. */
function print(group: Group): readonly string[] {
  const { operator, terms } = flat(group);
  const texts = terms.map((term) => (typeof term === "string" ? term : printGroup(term)));
  return operator === "and" ? texts : [printGroup({ operator, terms })];
}

/** Alternatives are sorted, so that `A or B` and `B or A` are one licence. */
function printGroup({ operator, terms }: Group): string {
  const texts = terms.map((term) => (typeof term === "string" ? term : `(${printGroup(term)})`));
  return [...new Set(texts)].sort().join(` ${operator.toUpperCase()} `);
}

/** `group` without groups of one term, and without groups within one of the same operator. */
function flat({ operator, terms }: Group): Group {
  const parts = terms.flatMap((term): readonly (Group | string)[] => {
    if (typeof term === "string") return [term];
    const inner = flat(term);
    return inner.operator === operator || inner.terms.length < 2 ? inner.terms : [inner];
  });
  return { operator, terms: parts };
}
