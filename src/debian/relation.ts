import { DebianError } from "./error.ts";
import { compareDebianVersions } from "./version.ts";

/** How a relation restricts versions (Debian Policy 7.1). */
export type RelationOperator = "<<" | "<=" | "=" | ">=" | ">>";

/** One package named by a relationship field. */
export interface Relation {
  readonly name: string;
  /** What follows a colon: `any`, or an architecture. */
  readonly archQualifier: string | null;
  readonly operator: RelationOperator | null;
  readonly version: string | null;
  /** The words between brackets: `amd64`, `!arm64`, `linux-any`. */
  readonly architectures: readonly string[];
  /** Build profiles as written, `<!nocheck> <!cross>`; null when there are none. */
  readonly profiles: string | null;
}

/** Relations of which one suffices, in order of preference. */
export type Alternatives = readonly Relation[];

/**
 * Reads a relationship field: `a (>= 1) | b, c [amd64]` (Debian Policy 7.1). Empty parts between commas are ignored, as
 * dpkg does; the old operators `<` and `>` mean `<=` and `>=`. Throws DEBIAN_RELATION_INVALID.
 */
export function parseRelations(text: string): readonly Alternatives[] {
  return text
    .split(",")
    .filter((part) => part.trim() !== "")
    .map((part) => part.split("|").map((relation) => parseRelation(relation.trim(), text)));
}

/** Whether `relation` holds on `architecture`, such as `amd64`, by its bracketed words (Debian Policy 7.1, 11.1). */
export function relationAppliesTo(relation: Relation, architecture: string): boolean {
  const { architectures } = relation;
  if (architectures.length === 0) return true;
  const negated = architectures.filter((word) => word.startsWith("!"));
  if (negated.length > 0) return !negated.some((word) => matchesArchitecture(word.slice(1), architecture));
  return architectures.some((word) => matchesArchitecture(word, architecture));
}

/** Whether a package of `version` is what `relation` asks for; its name is not looked at. */
export function satisfies(version: string, relation: Pick<Relation, "operator" | "version">): boolean {
  if (relation.operator === null || relation.version === null) return true;
  const order = compareDebianVersions(version, relation.version);
  switch (relation.operator) {
    case "<<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "=":
      return order === 0;
    case ">=":
      return order >= 0;
    case ">>":
      return order > 0;
  }
}

/** `relation` as a field has it. */
export function formatRelation(relation: Relation): string {
  const { name, archQualifier, operator, version, architectures, profiles } = relation;
  return [
    archQualifier === null ? name : `${name}:${archQualifier}`,
    operator === null || version === null ? "" : ` (${operator} ${version})`,
    architectures.length === 0 ? "" : ` [${architectures.join(" ")}]`,
    profiles === null ? "" : ` ${profiles}`,
  ].join("");
}

/** A whole field: alternatives joined by ` | `, the rest by `, `. */
export function formatRelations(relations: readonly Alternatives[]): string {
  return relations.map((alternatives) => alternatives.map(formatRelation).join(" | ")).join(", ");
}

const operators: ReadonlyMap<string, RelationOperator> = new Map([
  ["<<", "<<"],
  ["<", "<="],
  ["<=", "<="],
  ["=", "="],
  [">=", ">="],
  [">", ">="],
  [">>", ">>"],
]);

function parseRelation(text: string, field: string): Relation {
  const [name, afterName] = take(text, /^[A-Za-z0-9][A-Za-z0-9+.-]*/);
  const [qualifier, afterQualifier] = take(afterName, /^:[a-z0-9][a-z0-9-]*/);
  const [restriction, afterVersion] = take(afterQualifier.trimStart(), /^\([^()]*\)/);
  const [architectures, afterArchitectures] = take(afterVersion.trimStart(), /^\[[^[\]]*\]/);
  const [operator, version] = take(restriction.slice(1, -1).trim(), /^[<=>]{1,2}/);
  const [profiles, rest] = takeProfiles(afterArchitectures);
  const known = restriction === "" ? null : operators.get(operator === "" ? "=" : operator);
  const wanted = version.trim();
  if (name === "" || known === undefined || rest !== "" || (known !== null && !/^[^\s()]+$/.test(wanted)))
    throw invalid(text, field);
  return {
    name,
    archQualifier: qualifier === "" ? null : qualifier.slice(1),
    operator: known,
    version: known === null ? null : wanted,
    architectures: architectures
      .slice(1, -1)
      .split(/\s+/)
      .filter((word) => word !== ""),
    profiles: profiles.length === 0 ? null : profiles.join(" "),
  };
}

/** What `pattern` matches at the beginning of `text`, `""` when nothing, and the rest. */
function take(text: string, pattern: RegExp): readonly [string, string] {
  const [found = ""] = pattern.exec(text) ?? [];
  return [found, text.slice(found.length)];
}

function takeProfiles(text: string): readonly [readonly string[], string] {
  const profiles: string[] = [];
  let rest = text.trimStart();
  for (let [profile, after] = take(rest, /^<[^<>]*>/); profile !== ""; [profile, after] = take(rest, /^<[^<>]*>/)) {
    profiles.push(profile);
    rest = after.trimStart();
  }
  return [profiles, rest];
}

/** `any` and `linux-any` stand for all architectures of Linux, `any-amd64` for one CPU; other systems have a prefix. */
function matchesArchitecture(word: string, architecture: string): boolean {
  const own = architecture.includes("-") ? architecture : `linux-${architecture}`;
  const [system, cpu] = own.split("-");
  if (word === architecture || word === "any") return true;
  const [wantedSystem, wantedCpu] = word.split("-");
  if (wantedCpu === undefined) return false;
  return (wantedSystem === "any" || wantedSystem === system) && (wantedCpu === "any" || wantedCpu === cpu);
}

function invalid(text: string, field: string): DebianError {
  const where = field.trim() === text ? "" : ` in ${JSON.stringify(field.slice(0, 200))}`;
  return new DebianError(
    "DEBIAN_RELATION_INVALID",
    `not a package relation: ${JSON.stringify(text.slice(0, 100))}${where}`,
    {
      hint: "a relation is name[:arch] [(operator version)] [[architectures]], as in libc6 (>= 2.36)",
    },
  );
}
