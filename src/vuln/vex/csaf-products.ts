import { type ObjectPlace, objectOf, objectsOf, textOf, textsOf, wrongAt } from "../../sbom/read/value.ts";
import { isComparable, sha256Of } from "./identifier.ts";
import type { VexComponent, VexProduct } from "./model.ts";

/** The products of a CSAF document by their ids. */
export interface CsafProducts {
  /** null for an id that the tree does not have. */
  find(id: string): VexProduct | null;
  /** The ids in `product_ids` and in the groups of `group_ids`. Throws SBOM_DOCUMENT_INVALID. */
  named(entry: ObjectPlace): readonly string[];
}

/** Most products that entries may name through groups, so that many entries of large groups do not take for ever. */
const namedLimit = 5_000_000;
/** Deepest relationship of relationships. */
const deepest = 10;

/**
 * Reads a product tree (CSAF 2.0, 3.2.2): branches, full product names, relationships, groups. In a relationship the one that
 * is related to is the product and the other its subcomponent, whatever the category: each says that one comes with, in or on
 * the other. Throws SBOM_DOCUMENT_INVALID.
 */
export function csafProducts(document: ObjectPlace): CsafProducts {
  const tree = objectOf(document, "product_tree");
  const named = new Map<string, VexComponent>();
  const relations = new Map<string, Relation>();
  const groups = new Map<string, readonly string[]>();
  if (tree !== null) {
    addProducts(tree, named);
    for (const relation of objectsOf(tree, "relationships")) addRelation(relation, relations);
    for (const group of objectsOf(tree, "product_groups"))
      groups.set(required(group, "group_id"), textsOf(group, "product_ids"));
  }
  const resolved = new Map<string, VexProduct | null>();
  let total = 0;
  return {
    find: (id) => resolve(id, { named, relations, resolved, depth: 0 }),
    named(entry) {
      const ids = textsOf(entry, "group_ids").flatMap((id) => {
        const members = groups.get(id) ?? [];
        total += members.length;
        if (total > namedLimit) throw wrongAt(entry, `is one too many: groups name more than ${namedLimit} products`);
        return members;
      });
      return [...textsOf(entry, "product_ids"), ...ids];
    },
  };
}

interface Relation {
  readonly component: string;
  readonly product: string;
  /** What it is called itself. */
  readonly own: VexComponent;
}

function addProducts(holder: ObjectPlace, named: Map<string, VexComponent>): void {
  for (const product of objectsOf(holder, "full_product_names")) addProduct(product, named);
  for (const branch of objectsOf(holder, "branches")) {
    const product = objectOf(branch, "product");
    if (product !== null) addProduct(product, named);
    addProducts(branch, named);
  }
}

function addProduct(product: ObjectPlace, named: Map<string, VexComponent>): void {
  named.set(required(product, "product_id"), identifiedBy(product));
}

function addRelation(relation: ObjectPlace, relations: Map<string, Relation>): void {
  const whole = objectOf(relation, "full_product_name");
  if (whole === null) throw wrongAt(relation, "has no full_product_name");
  relations.set(required(whole, "product_id"), {
    component: required(relation, "product_reference"),
    product: required(relation, "relates_to_product_reference"),
    own: identifiedBy(whole),
  });
}

/** Package URLs (CSAF 2.1 has several) and, of a product that is one file, its digest. */
function identifiedBy(product: ObjectPlace): VexComponent {
  const helper = objectOf(product, "product_identification_helper");
  if (helper === null) return { identifiers: [] };
  const purl = textOf(helper, "purl");
  const purls = [...(purl === null ? [] : [purl]), ...textsOf(helper, "purls")].filter(isComparable);
  const files = [...objectsOf(helper, "hashes")];
  const digests = files.length === 1 ? files.flatMap((file) => [...objectsOf(file, "file_hashes")]) : [];
  const sha256 = digests.find((digest) => /^sha-?256$/i.test(textOf(digest, "algorithm") ?? ""));
  const hex = sha256 === undefined ? null : sha256Of(textOf(sha256, "value"));
  return { identifiers: [...new Set(hex === null ? purls : [...purls, hex])] };
}

interface Lookup {
  readonly named: ReadonlyMap<string, VexComponent>;
  readonly relations: ReadonlyMap<string, Relation>;
  /** Relationships that were looked up, null while one is: a relationship of itself is none. */
  readonly resolved: Map<string, VexProduct | null>;
  readonly depth: number;
}

function resolve(id: string, lookup: Lookup): VexProduct | null {
  const relation = lookup.relations.get(id);
  if (relation === undefined) {
    const component = lookup.named.get(id);
    return component === undefined ? null : { ...component, subcomponents: [] };
  }
  const known = lookup.resolved.get(id);
  if (known !== undefined) return known;
  if (lookup.depth >= deepest) return null;
  lookup.resolved.set(id, null);
  const product = related(relation, { ...lookup, depth: lookup.depth + 1 });
  lookup.resolved.set(id, product);
  return product;
}

function related(relation: Relation, lookup: Lookup): VexProduct | null {
  const product = resolve(relation.product, lookup);
  const component = resolve(relation.component, lookup);
  if (product === null || component === null) return null;
  if (product.identifiers.length === 0 && relation.own.identifiers.length > 0) {
    return { ...relation.own, subcomponents: [] };
  }
  // Of a component that is itself a relationship, the statement is about what is innermost.
  const inner = component.subcomponents[0] ?? { identifiers: component.identifiers };
  return { identifiers: product.identifiers, subcomponents: [inner] };
}

function required(object: ObjectPlace, key: string): string {
  const text = textOf(object, key);
  if (text === null) throw wrongAt(object, `has no ${key}`);
  return text;
}
