import { splitLicenses } from "../license.ts";
import { filledTextOf, type ObjectPlace, objectsOf, textOf } from "./value.ts";

/** The elements of an SPDX 3 document by their identifiers. */
export type Elements = ReadonlyMap<string, ObjectPlace>;

const deepest = 20;

/** The licences that the element `id` stands for; none where it says that nothing is asserted. */
export function licensesFrom(id: string, elements: Elements): readonly string[] {
  const element = elements.get(id);
  if (element === undefined || textOf(element, "type") !== "simplelicensing_LicenseExpression") {
    const name = licenseName(id, elements, 0);
    return name === null ? [] : splitLicenses(name, () => undefined);
  }
  const text = filledTextOf(element, "simplelicensing_licenseExpression");
  if (text === null || text === "NOASSERTION" || text === "NONE") return [];
  const custom = new Map<string, string>();
  for (const entry of objectsOf(element, "simplelicensing_customIdToUri")) {
    const named = elements.get(textOf(entry, "value") ?? "");
    const name = named === undefined ? null : filledTextOf(named, "name");
    if (name !== null) custom.set(textOf(entry, "key") ?? "", name);
  }
  return splitLicenses(text, (reference) => custom.get(reference));
}

/** An element of the expanded licensing profile, or the last part of an address such as `https://spdx.org/licenses/MIT`. */
function licenseName(id: string, elements: Elements, depth: number): string | null {
  const element = elements.get(id);
  if (depth > deepest || /No(?:Assertion|ne)License$/.test(id)) return null;
  if (element === undefined) return id.startsWith("https://spdx.org/licenses/") ? (id.split("/").at(-1) ?? null) : null;
  const type = textOf(element, "type");
  if (type === "expandedlicensing_ConjunctiveLicenseSet") return joined(element, { elements, depth, word: " AND " });
  if (type === "expandedlicensing_DisjunctiveLicenseSet") return joined(element, { elements, depth, word: " OR " });
  if (type === "simplelicensing_LicenseExpression") return filledTextOf(element, "simplelicensing_licenseExpression");
  const isListed = type === "expandedlicensing_ListedLicense";
  return isListed ? (id.split("/").at(-1) ?? null) : filledTextOf(element, "name");
}

interface Joining {
  readonly elements: Elements;
  readonly depth: number;
  readonly word: string;
}

function joined(element: ObjectPlace, { elements, depth, word }: Joining): string | null {
  const members = element.value["expandedlicensing_member"];
  if (!Array.isArray(members)) return null;
  const names = members.slice(0, 100).flatMap((member: unknown) => {
    const name = typeof member === "string" ? licenseName(member, elements, depth + 1) : null;
    return name === null ? [] : [name.includes(" ") ? `(${name})` : name];
  });
  const text = names.join(word);
  return text === "" || text.length > 10_000 ? null : text;
}
