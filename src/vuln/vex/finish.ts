import { type ObjectPlace, wrongAt } from "../../sbom/read/value.ts";
import { type DraftStatement, firstFilled, type VexDraft } from "./draft.ts";
import type { VexDocument, VexProduct, VexStatement } from "./model.ts";

/** Most statements of a document. */
const statementLimit = 1_000_000;

/** OpenVEX 0.2.0, "Status Justifications". CSAF 2.0, 3.2.3.5.2, has the same labels. */
const justifications: readonly string[] = [
  "component_not_present",
  "vulnerable_code_not_present",
  "vulnerable_code_not_in_execute_path",
  "vulnerable_code_cannot_be_controlled_by_adversary",
  "inline_mitigations_already_exist",
];

/**
 * The document of a draft: statements have the document's author and, where they say none, its time; what OpenVEX requires
 * and a statement lacks is counted in `problems`. Throws SBOM_DOCUMENT_INVALID, also from the draft.
 */
export function finishDraft(
  draft: VexDraft,
  of: { readonly document: ObjectPlace; readonly name: string },
): VexDocument {
  const { format, timestamp } = draft;
  const id = firstFilled(draft.id) ?? of.name;
  const author = firstFilled(draft.author) ?? "unknown";
  const statements: VexStatement[] = [];
  const found = new Map<string, Tally>();
  if (author === "unknown") count(found, "no author is named", "");
  for (const one of draft.statements) {
    if (statements.length >= statementLimit) throw wrongAt(of.document, `has more than ${statementLimit} statements`);
    const statement = finished(one, { author, document: id, timestamp });
    for (const problem of problemsOf(statement)) count(found, problem, statement.vulnerability.id);
    statements.push(statement);
  }
  return { format, id, author, timestamp, statements, problems: [...found].map(sentence) };
}

function finished(
  draft: DraftStatement,
  inherited: { readonly author: string; readonly document: string; readonly timestamp: string | null },
): VexStatement {
  const { vulnerability, status, products } = draft;
  const justification = firstFilled(draft.justification);
  const impact = firstFilled(draft.impact);
  return {
    vulnerability,
    status,
    justification,
    statement: impact ?? firstFilled(draft.notes),
    unexplained: status === "not_affected" && justification === null && impact === null,
    timestamp: draft.timestamp ?? inherited.timestamp,
    author: inherited.author,
    document: inherited.document,
    products,
  };
}

function problemsOf(statement: VexStatement): readonly string[] {
  const { justification, products, timestamp, unexplained } = statement;
  const problems: readonly (readonly [boolean, string])[] = [
    [unexplained, "not_affected without a justification or an impact statement decides nothing"],
    [justification !== null && !justifications.includes(justification), "a justification is none of OpenVEX's labels"],
    [timestamp === null, "no time is given, so that it counts as the oldest"],
    [products.length === 0, "no product is named, so that it is about nothing"],
    [products.some(isNameless), "a product or subcomponent has no package URL, image name or SHA-256 digest"],
  ];
  return problems.filter(([is]) => is).map(([, problem]) => problem);
}

function isNameless({ identifiers, subcomponents }: VexProduct): boolean {
  return identifiers.length === 0 || subcomponents.some((one) => one.identifiers.length === 0);
}

interface Tally {
  readonly first: string;
  readonly statements: number;
}

function count(found: Map<string, Tally>, problem: string, vulnerability: string): void {
  const before = found.get(problem);
  found.set(problem, { first: before?.first ?? vulnerability, statements: (before?.statements ?? 0) + 1 });
}

function sentence([problem, { first, statements }]: readonly [string, Tally]): string {
  if (first === "") return problem;
  const others = statements === 1 ? "" : ` and ${statements - 1} more`;
  return `${problem}: ${first.slice(0, 100)}${others}`;
}
