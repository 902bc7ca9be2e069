import { itemsOf, type ObjectPlace, objectOf, objectsOf, textOf, wrongAt } from "../../sbom/read/value.ts";
import { type CsafProducts, csafProducts } from "./csaf-products.ts";
import { type DraftStatement, firstFilled, textAt, timeOf, type VexDraft } from "./draft.ts";
import type { VexProduct, VexStatus } from "./model.ts";

/** Lists of a `product_status` (CSAF 2.0, 3.2.3.9) and what they say. `recommended` says nothing of the vulnerability. */
const lists: readonly (readonly [string, VexStatus])[] = [
  ["known_not_affected", "not_affected"],
  ["fixed", "fixed"],
  ["first_fixed", "fixed"],
  ["known_affected", "affected"],
  ["first_affected", "affected"],
  ["last_affected", "affected"],
  ["under_investigation", "under_investigation"],
];

/**
 * What a CSAF document (2.0 and 2.1; profile VEX, CSAF 2.0, 4.5) says. Flags are justifications, threats of the category
 * `impact` are impact statements; one that names no products is about all of its vulnerability. Products with the same status
 * and reasons are one statement. Throws SBOM_DOCUMENT_INVALID.
 */
export function readCsaf(document: ObjectPlace): VexDraft {
  const head = objectOf(document, "document");
  const version = head === null ? null : textOf(head, "csaf_version");
  if (head === null || version === null) throw wrongAt(document, "is no CSAF document: it has no csaf_version");
  const publisher = objectOf(head, "publisher");
  const tracking = objectOf(head, "tracking");
  return {
    format: `CSAF ${version.slice(0, 20)}`,
    id: tracking === null ? null : textOf(tracking, "id"),
    author: publisher === null ? null : textOf(publisher, "name"),
    timestamp:
      tracking === null ? null : (timeOf(tracking, "current_release_date") ?? timeOf(tracking, "initial_release_date")),
    statements: statementsOf(document),
  };
}

function* statementsOf(document: ObjectPlace): Generator<DraftStatement> {
  const products = csafProducts(document);
  for (const vulnerability of objectsOf(document, "vulnerabilities")) {
    const status = objectOf(vulnerability, "product_status");
    if (status === null) continue;
    const ids = idsOf(vulnerability);
    const flags = reasonsOf(vulnerability, { list: "flags", text: "label", products });
    const impacts = reasonsOf(vulnerability, { list: "threats", text: "details", category: "impact", products });
    for (const [list, meaning] of lists) yield* grouped(status, list, { ids, flags, impacts, products, meaning });
  }
}

interface About {
  readonly ids: DraftStatement["vulnerability"];
  readonly flags: Reasons;
  readonly impacts: Reasons;
  readonly products: CsafProducts;
  readonly meaning: VexStatus;
}

/** One statement for the products of a list that have the same reasons. */
function* grouped(status: ObjectPlace, list: string, about: About): Generator<DraftStatement> {
  const groups = new Map<string | null, Map<string | null, VexProduct[]>>();
  for (const item of itemsOf(status, list)) {
    const id = textAt(item);
    const product = about.products.find(id);
    if (product === null) throw wrongAt(item, "is a product that the product tree does not have");
    const justification = about.meaning === "not_affected" ? about.flags(id) : null;
    const impact = about.impacts(id);
    const sameFlag = groups.get(justification) ?? new Map<string | null, VexProduct[]>();
    const same = sameFlag.get(impact) ?? [];
    same.push(product);
    groups.set(justification, sameFlag.set(impact, same));
  }
  const { ids: vulnerability, meaning } = about;
  for (const [justification, sameFlag] of groups) {
    for (const [impact, products] of sameFlag) {
      yield { vulnerability, status: meaning, justification, impact, notes: null, timestamp: null, products };
    }
  }
}

function idsOf(vulnerability: ObjectPlace): DraftStatement["vulnerability"] {
  const others = [...objectsOf(vulnerability, "ids")].map((one) => textOf(one, "text"));
  const [id, ...aliases] = new Set(
    [textOf(vulnerability, "cve"), ...others].filter((one) => one !== null && one !== ""),
  );
  if (id === undefined || id === null) throw wrongAt(vulnerability, "has neither a cve nor ids");
  return { id, aliases: aliases.filter((one) => one !== null) };
}

/** What is given as a reason for a product; null where nothing is. */
type Reasons = (product: string) => string | null;

function reasonsOf(
  vulnerability: ObjectPlace,
  of: { readonly list: string; readonly text: string; readonly category?: string; readonly products: CsafProducts },
): Reasons {
  const byProduct = new Map<string, string>();
  let ofAll: string | null = null;
  for (const entry of objectsOf(vulnerability, of.list)) {
    if (of.category !== undefined && textOf(entry, "category") !== of.category) continue;
    const text = firstFilled(textOf(entry, of.text));
    if (text === null) continue;
    const named = of.products.named(entry);
    if (named.length === 0) ofAll ??= text;
    for (const product of named) if (!byProduct.has(product)) byProduct.set(product, text);
  }
  return (product) => byProduct.get(product) ?? ofAll;
}
