import {
  itemsOf,
  memberOf,
  type ObjectPlace,
  objectAt,
  objectOf,
  objectsOf,
  type Place,
  textOf,
  textsOf,
  wrongAt,
} from "../../sbom/read/value.ts";
import { type DraftStatement, firstFilled, quoted, timeOf, type VexDraft } from "./draft.ts";
import { isComparable, sha256Of } from "./identifier.ts";
import type { VexComponent, VexProduct, VexStatus } from "./model.ts";

const statuses: readonly VexStatus[] = ["not_affected", "affected", "fixed", "under_investigation"];

/**
 * What an OpenVEX document says (OpenVEX 0.2.0; also 0.0.1, where vulnerabilities and products are texts and subcomponents
 * stand beside the products). A statement without products is about `inherited`. Throws SBOM_DOCUMENT_INVALID.
 */
export function readOpenvex(document: ObjectPlace, inherited: readonly VexProduct[]): VexDraft {
  return {
    format: formatOf(document),
    id: textOf(document, "@id") ?? textOf(document, "id"),
    author: textOf(document, "author"),
    timestamp: timeOf(document, "last_updated") ?? timeOf(document, "timestamp"),
    statements: statementsOf(document, inherited),
  };
}

function formatOf(document: ObjectPlace): string {
  const { "@context": context } = document.value;
  const contexts: readonly unknown[] = Array.isArray(context) ? context : [context];
  for (const one of contexts) {
    const version = typeof one === "string" ? /\/v?(\d+(?:\.\d+){1,2})\/?$/.exec(one)?.[1] : undefined;
    if (version !== undefined) return `OpenVEX ${version.slice(0, 20)}`;
  }
  return "OpenVEX";
}

function* statementsOf(document: ObjectPlace, inherited: readonly VexProduct[]): Generator<DraftStatement> {
  if (memberOf(document, "statements") === null) throw wrongAt(document, "has no statements");
  for (const statement of objectsOf(document, "statements")) {
    const products = productsOf(statement);
    yield {
      vulnerability: vulnerabilityOf(statement),
      status: statusOf(statement),
      justification: textOf(statement, "justification"),
      impact: textOf(statement, "impact_statement"),
      notes: firstFilled(textOf(statement, "action_statement"), textOf(statement, "status_notes")),
      timestamp: timeOf(statement, "last_updated") ?? timeOf(statement, "timestamp"),
      products: products.length === 0 ? inherited : products,
    };
  }
}

function statusOf(statement: ObjectPlace): VexStatus {
  const text = textOf(statement, "status");
  const status = statuses.find((one) => one === text);
  if (status !== undefined) return status;
  const wrong = text === null ? "is missing" : `is ${quoted(text)}`;
  throw wrongAt({ value: text, key: "status", parent: statement }, `${wrong}, not one of ${statuses.join(", ")}`);
}

function vulnerabilityOf(statement: ObjectPlace): DraftStatement["vulnerability"] {
  const member = memberOf(statement, "vulnerability");
  if (member === null) throw wrongAt(statement, "names no vulnerability");
  if (typeof member.value === "string") return { id: idOfIri(member.value), aliases: [] };
  const vulnerability = objectAt(member);
  const iri = firstFilled(textOf(vulnerability, "@id"));
  const named = iri === null ? [] : [idOfIri(iri)];
  const [id, ...aliases] = new Set(
    [textOf(vulnerability, "name") ?? "", ...named, ...textsOf(vulnerability, "aliases")].filter((one) => one !== ""),
  );
  if (id === undefined) throw wrongAt(vulnerability, "has no name");
  return { id, aliases };
}

/** `https://nvd.nist.gov/vuln/detail/CVE-2019-17571` → `CVE-2019-17571`. */
function idOfIri(iri: string): string {
  const last = iri.slice(0, 2000).split(/[/#=]/).at(-1) ?? "";
  return /^[A-Za-z]+-[\w.:-]+$/.test(last) ? last : iri;
}

function productsOf(statement: ObjectPlace): readonly VexProduct[] {
  const beside = [...itemsOf(statement, "subcomponents")].map(componentOf);
  return [...itemsOf(statement, "products")].map((product): VexProduct => {
    const own =
      typeof product.value === "string" ? [] : [...itemsOf(objectAt(product), "subcomponents")].map(componentOf);
    return { ...componentOf(product), subcomponents: own.length === 0 ? beside : own };
  });
}

function componentOf(place: Place): VexComponent {
  if (typeof place.value === "string") return { identifiers: [place.value].filter(isComparable) };
  const component = objectAt(place);
  const identifiers = objectOf(component, "identifiers");
  const hashes = objectOf(component, "hashes");
  const names = [textOf(component, "@id"), identifiers === null ? null : textOf(identifiers, "purl")];
  const digest = hashes === null ? null : sha256Of(textOf(hashes, "sha-256") ?? textOf(hashes, "sha256"));
  const comparable = names.filter((name) => name !== null).filter(isComparable);
  return { identifiers: [...new Set(digest === null ? comparable : [...comparable, digest])] };
}
