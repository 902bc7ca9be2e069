import { createHash } from "node:crypto";
import parseExpression, { type SpdxExpression } from "spdx-expression-parse";

/** Licences as one SPDX expression. */
export interface LicenseExpression {
  readonly expression: string;
  /** What each `LicenseRef-…` in it stands for: the licence as it was found. */
  readonly references: ReadonlyMap<string, string>;
}

/**
 * Joins licences as found with AND (SPDX 2.3, annex D). What is not an expression becomes a `LicenseRef-…` of its own.
 * null where there are none.
 */
export function joinLicenses(licenses: readonly string[]): LicenseExpression | null {
  const references = new Map<string, string>();
  const terms = new Set<string>();
  for (const license of licenses) {
    const parsed = parseLicense(license);
    if (parsed === null) {
      const id = referenceFor(license);
      references.set(id, license);
      terms.add(id);
    } else {
      for (const id of referencesIn(parsed)) references.set(id, id.slice("LicenseRef-".length));
      terms.add(printExpression(parsed, licenses.length > 1));
    }
  }
  return terms.size === 0 ? null : { expression: [...terms].join(" AND "), references };
}

/** `license` as an SPDX expression; null when it is none. */
export function parseLicense(license: string): SpdxExpression | null {
  const text = license.trim();
  if (text === "" || text.length > longestLicense) return null;
  try {
    return parseExpression(text);
  } catch {
    return null;
  }
}

/**
 * The licences that an expression joins with AND, each as an expression of its own; one where it joins otherwise or is none.
 * `nameOf` gives what a `LicenseRef-…` stands for, where the document says it.
 */
export function splitLicenses(
  expression: string,
  nameOf: (reference: string) => string | undefined,
): readonly string[] {
  const parsed = parseLicense(expression);
  if (parsed === null) return [nameOf(expression) ?? expression];
  return termsOf(parsed).map((term) =>
    "license" in term ? (nameOf(term.license) ?? printExpression(term, false)) : printExpression(term, false),
  );
}

function termsOf(expression: SpdxExpression): readonly SpdxExpression[] {
  if (!("conjunction" in expression) || expression.conjunction !== "and") return [expression];
  return [...termsOf(expression.left), ...termsOf(expression.right)];
}

/** Longer texts are no expressions, and the parser's time grows with their length. */
const longestLicense = 2000;

function referencesIn(expression: SpdxExpression): readonly string[] {
  if ("conjunction" in expression) return [...referencesIn(expression.left), ...referencesIn(expression.right)];
  return expression.license.startsWith("LicenseRef-") ? [expression.license] : [];
}

/** A name for a licence SPDX has none for: readable, and told apart by a hash where characters had to go. */
function referenceFor(license: string): string {
  const safe = license
    .slice(0, 500)
    .replaceAll(/[^A-Za-z0-9.-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  if (safe === license) return `LicenseRef-${safe}`;
  const hash = createHash("sha256").update(license).digest("hex").slice(0, 8);
  return `LicenseRef-${safe === "" ? "unknown" : safe}-${hash}`;
}

/** `inAnd`: whether it stands within an AND, which binds more tightly than OR. */
function printExpression(expression: SpdxExpression, inAnd: boolean): string {
  if ("conjunction" in expression) {
    const isAnd = expression.conjunction === "and";
    const sides = [expression.left, expression.right].map((side) => printExpression(side, isAnd));
    return inAnd && !isAnd ? `(${sides.join(" OR ")})` : sides.join(isAnd ? " AND " : " OR ");
  }
  const exception = expression.exception === undefined ? "" : ` WITH ${expression.exception}`;
  return `${expression.license}${expression.plus === true ? "+" : ""}${exception}`;
}
