import { splitLicenses } from "../license.ts";
import { filledTextOf, type ObjectPlace, objectsOf, textOf } from "./value.ts";

/** The elements of an SPDX 3 document by their identifiers. */
export type Elements = ReadonlyMap<string, ObjectPlace>;

/** Elements looked at for one licence: sets may hold each other. */
const mostLookedAt = 500;

/** The licences that the element `id` stands for; none where it says that nothing is asserted. */
export function licensesFrom(id: string, elements: Elements): readonly string[] {
  const element = elements.get(id);
  if (element === undefined || textOf(element, "type") !== "simplelicensing_LicenseExpression") {
    const name = licenseName(id, { elements, left: mostLookedAt });
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
function licenseName(id: string, search: Search): string | null {
  const element = search.elements.get(id);
  search.left--;
  if (search.left < 0 || /No(?:Assertion|ne)(?:License)?$/.test(id)) return null;
  if (element === undefined) return id.startsWith("https://spdx.org/licenses/") ? (id.split("/").at(-1) ?? null) : null;
  const type = textOf(element, "type");
  if (type === "expandedlicensing_ConjunctiveLicenseSet") return joined(element, " AND ", search);
  if (type === "expandedlicensing_DisjunctiveLicenseSet") return joined(element, " OR ", search);
  if (type === "simplelicensing_LicenseExpression") return filledTextOf(element, "simplelicensing_licenseExpression");
  const isListed = type === "expandedlicensing_ListedLicense";
  return isListed ? (id.split("/").at(-1) ?? null) : filledTextOf(element, "name");
}

interface Search {
  readonly elements: Elements;
  left: number;
}

function joined(element: ObjectPlace, word: string, search: Search): string | null {
  const members = element.value["expandedlicensing_member"];
  if (!Array.isArray(members)) return null;
  const names = members.slice(0, 100).flatMap((member: unknown) => {
    const name = typeof member === "string" ? licenseName(member, search) : null;
    return name === null ? [] : [name.includes(" ") ? `(${name})` : name];
  });
  const text = names.join(word);
  return text === "" || text.length > 10_000 ? null : text;
}
