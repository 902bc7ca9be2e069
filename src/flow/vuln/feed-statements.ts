import { VulnError } from "../../vuln/error.ts";
import type { AdvisoryIndex } from "../../vuln/index/read.ts";
import { originsOf } from "../../vuln/match/origins.ts";
import type { Finding } from "../../vuln/model.ts";
import type { SourcedDocument, VexStatement } from "../../vuln/vex/model.ts";

/**
 * What feeds in the index state about findings, those of each feed as one document. Throws VULN_INDEX_INVALID where the index
 * has something else in the place of a statement.
 */
export function feedDocuments(findings: readonly Finding[], index: AdvisoryIndex): readonly SourcedDocument[] {
  const origins = originsOf(index);
  const ids = new Set(findings.flatMap(({ id, aliases }) => [id, ...aliases]));
  const rows = [...ids].flatMap((id) => index.statements(id));
  return [...Map.groupBy(rows, (row) => row.origin)].map(([origin, group]) => {
    const source = origins.name(origin);
    const statements = group.map(({ statement, vulnerability }) => {
      if (isStatement(statement)) return statement;
      throw new VulnError(
        "VULN_INDEX_INVALID",
        `a statement of ${source} on ${vulnerability} in ${index.path} is none`,
        {
          hint: "make it anew with `hardpan db import FOLDER`",
        },
      );
    });
    const document = { format: "feed", id: source, author: source, timestamp: null, statements, problems: [] };
    return { document, source, origin: "feed", verified: false, scope: "image" };
  });
}

/** Whether it is as the reader of VEX documents makes them: as far as what applies statements relies on. */
function isStatement(value: unknown): value is VexStatement {
  if (!isObject(value) || !isObject(value["vulnerability"])) return false;
  const { vulnerability, products, status, author, timestamp } = value;
  return (
    isText(vulnerability["id"]) &&
    isListOf(vulnerability["aliases"], isText) &&
    isText(status) &&
    isText(author) &&
    (timestamp === null || isText(timestamp)) &&
    isListOf(products, (product) => isComponent(product) && isListOf(product["subcomponents"], isComponent))
  );
}

function isComponent(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && isListOf(value["identifiers"], isText);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isListOf(value: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}
