import { parsePurl } from "../../sbom/read/purl-parts.ts";
import { memberOf, type ObjectPlace, objectOf, objectsOf, textOf, wrongAt } from "../../sbom/read/value.ts";
import { type DraftStatement, firstFilled, quoted, timeOf, type VexDraft } from "./draft.ts";
import { isComparable, sha256Of } from "./identifier.ts";
import type { VexComponent, VexProduct, VexStatus } from "./model.ts";

const states: ReadonlyMap<string, VexStatus> = new Map([
  ["not_affected", "not_affected"],
  ["false_positive", "not_affected"],
  ["exploitable", "affected"],
  ["in_triage", "under_investigation"],
  ["resolved", "fixed"],
  ["resolved_with_pedigree", "fixed"],
]);

/** Labels that say what one of OpenVEX's says. The others are kept as they are: none of OpenVEX's says quite that. */
const justifications: ReadonlyMap<string, string> = new Map([
  ["code_not_present", "vulnerable_code_not_present"],
  ["code_not_reachable", "vulnerable_code_not_in_execute_path"],
  ["protected_by_compiler", "inline_mitigations_already_exist"],
  ["protected_at_runtime", "inline_mitigations_already_exist"],
]);

/** Deepest component within components. */
const deepest = 30;

/**
 * The analyses of a CycloneDX document (1.4 to 1.7, `vulnerabilities[].analysis`); a vulnerability without one says nothing. What
 * it affects is named by its place in the bill, or by a BOM-Link whose last part is a package URL. In the bill of an image,
 * what is said of a component is said of it in that image. Throws SBOM_DOCUMENT_INVALID.
 */
export function readCyclonedxVex(document: ObjectPlace): VexDraft {
  const version = textOf(document, "specVersion");
  const metadata = objectOf(document, "metadata");
  return {
    format: version === null ? "CycloneDX" : `CycloneDX ${version.slice(0, 20)}`,
    id: textOf(document, "serialNumber"),
    author: metadata === null ? null : authorOf(metadata),
    timestamp: metadata === null ? null : timeOf(metadata, "timestamp"),
    statements: statementsOf(document, metadata),
  };
}

function authorOf(metadata: ObjectPlace): string | null {
  const [author] = objectsOf(metadata, "authors");
  const others = ["manufacturer", "supplier", "manufacture"].map((key) => objectOf(metadata, key));
  const names = [author ?? null, ...others].map((one) => (one === null ? null : textOf(one, "name")));
  return firstFilled(...names);
}

function* statementsOf(document: ObjectPlace, metadata: ObjectPlace | null): Generator<DraftStatement> {
  if (memberOf(document, "vulnerabilities") === null) throw wrongAt(document, "has no vulnerabilities");
  const bill = billOf(document, metadata);
  for (const vulnerability of objectsOf(document, "vulnerabilities")) {
    const analysis = objectOf(vulnerability, "analysis");
    const state = analysis === null ? null : textOf(analysis, "state");
    if (analysis === null || state === null) continue;
    const status = states.get(state);
    if (status === undefined) {
      throw wrongAt(
        { value: state, key: "state", parent: analysis },
        `is ${quoted(state)}, not one of ${[...states.keys()].join(", ")}`,
      );
    }
    const label = textOf(analysis, "justification") ?? (state === "false_positive" ? state : null);
    yield {
      vulnerability: idsOf(vulnerability),
      status,
      justification: label === null ? null : (justifications.get(label) ?? label),
      impact: textOf(analysis, "detail"),
      notes: null,
      timestamp: timeOf(analysis, "lastUpdated") ?? timeOf(analysis, "firstIssued"),
      products: [...objectsOf(vulnerability, "affects")].map((affected) => productOf(affected, bill)),
    };
  }
}

function idsOf(vulnerability: ObjectPlace): DraftStatement["vulnerability"] {
  const id = textOf(vulnerability, "id");
  if (id === null || id === "") throw wrongAt(vulnerability, "has no id");
  const others = [...objectsOf(vulnerability, "references")].map((one) => textOf(one, "id"));
  return {
    id,
    aliases: [...new Set(others.filter((one) => one !== null && one !== "" && one !== id))].filter(
      (one) => one !== null,
    ),
  };
}

interface Bill {
  readonly components: ReadonlyMap<string, VexComponent>;
  /** The image it is the bill of; null where it is of something else. */
  readonly image: VexComponent | null;
  readonly imageReference: string | null;
}

function billOf(document: ObjectPlace, metadata: ObjectPlace | null): Bill {
  const components = new Map<string, VexComponent>();
  addComponents(document, { components, depth: 0 });
  const whole = metadata === null ? null : objectOf(metadata, "component");
  if (whole === null) return { components, image: null, imageReference: null };
  const reference = textOf(whole, "bom-ref");
  const image = textOf(whole, "type") === "container" ? imageOf(whole) : null;
  if (reference !== null) components.set(reference, image ?? componentOf(whole));
  addComponents(whole, { components, depth: 0 });
  return { components, image: image?.identifiers.length === 0 ? null : image, imageReference: reference };
}

function addComponents(
  holder: ObjectPlace,
  to: { readonly components: Map<string, VexComponent>; readonly depth: number },
): void {
  for (const component of objectsOf(holder, "components")) {
    if (to.depth >= deepest) throw wrongAt(component, `is nested more than ${deepest} deep`);
    const reference = textOf(component, "bom-ref");
    if (reference !== null) to.components.set(reference, componentOf(component));
    addComponents(component, { ...to, depth: to.depth + 1 });
  }
}

function componentOf(component: ObjectPlace): VexComponent {
  const purl = textOf(component, "purl");
  return { identifiers: purl !== null && isComparable(purl) ? [purl] : [] };
}

/** Where there is no package URL, some tools name the image and give its digest as the version. */
function imageOf(component: ObjectPlace): VexComponent {
  const { identifiers } = componentOf(component);
  if (identifiers.length > 0) return { identifiers };
  const name = textOf(component, "name");
  const digest = sha256Of(textOf(component, "version"));
  if (digest !== null) return { identifiers: [digest] };
  return { identifiers: name !== null && isComparable(name) ? [name] : [] };
}

function productOf(affected: ObjectPlace, bill: Bill): VexProduct {
  const reference = textOf(affected, "ref");
  if (reference === null) throw wrongAt(affected, "has no ref");
  const known = bill.components.get(reference) ?? linked(reference);
  const component = { identifiers: known.identifiers.flatMap((one) => withVersions(one, affected)) };
  const isInImage = bill.image !== null && reference !== bill.imageReference && bill.components.has(reference);
  return isInImage && bill.image !== null
    ? { ...bill.image, subcomponents: [component] }
    : { ...component, subcomponents: [] };
}

/** `urn:cdx:SERIAL/VERSION#REFERENCE` (CycloneDX, BOM-Link), whose reference many tools make of the package URL. */
function linked(reference: string): VexComponent {
  const last = /^urn:cdx:[^#]*#(.*)$/s.exec(reference)?.[1] ?? reference;
  const [text] = [last, decoded(last)].filter((one) => one !== null && /^pkg:/i.test(one) && isComparable(one));
  return { identifiers: text === undefined || text === null ? [] : [text] };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A package URL without a version, for each version that is named; ranges are not understood and left out. */
function withVersions(identifier: string, affected: ObjectPlace): readonly string[] {
  if (memberOf(affected, "versions") === null) return [identifier];
  if (parsePurl(identifier)?.version !== null) return [identifier];
  const [path = "", ...rest] = identifier.split(/(?=[?#])/);
  return [...objectsOf(affected, "versions")].flatMap((one) => {
    const version = textOf(one, "version");
    return version === null ? [] : [`${path}@${encodeURIComponent(version)}${rest.join("")}`];
  });
}
