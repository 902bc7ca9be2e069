import { parseLicense } from "../../sbom/license.ts";
import { fieldOf, type Headers } from "./headers.ts";
import { licenseOfClassifier, licenseOfName } from "./license-names.ts";

const longestName = 200;

/**
 * The licences a distribution's metadata states (core metadata specification): its License-Expression; else its License,
 * where that is a name and not a text, and its classifiers, of both those first that SPDX has an id for.
 */
export function licensesOf(headers: Headers): readonly string[] {
  const expression = fieldOf(headers, "license-expression");
  if (expression !== null && isName(expression)) return [expression];
  const field = fieldOf(headers, "license");
  const name = field !== null && isName(field) ? field : null;
  const known = name === null ? null : spdxOf(name);
  if (known !== null) return [known];
  const classified = classifiersOf(headers);
  const ids = classified.flatMap((classifier) => licenseOfClassifier.get(classifier) ?? []);
  if (ids.length > 0) return [...new Set(ids)];
  return name === null ? classified : [name];
}

function isName(text: string): boolean {
  return text.length <= longestName && !text.includes("\n");
}

function spdxOf(name: string): string | null {
  return parseLicense(name) === null ? (licenseOfName.get(name.toLowerCase()) ?? null) : name;
}

/** What stands last in each `License :: …`, without those that say nothing of their own. */
function classifiersOf(headers: Headers): readonly string[] {
  const lasts = (headers.get("classifier") ?? [])
    .filter((classifier) => /^License *::/.test(classifier) && isName(classifier))
    .map((classifier) => classifier.slice(classifier.lastIndexOf("::") + 2).trim());
  return [...new Set(lasts)].filter((last) => last !== "" && last !== "OSI Approved");
}
