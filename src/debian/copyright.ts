import { licenseId } from "./license-id.ts";
import { licenseExpressions } from "./license-synopsis.ts";

/**
 * The licences a Debian copyright file names, sorted: SPDX expressions, all of which apply, with `LicenseRef-…` for names
 * SPDX does not have. Of the machine-readable format 1.0 the License fields of the header and of the files count; of other
 * files the references to /usr/share/common-licenses. Empty when the file names none in either way. Never throws.
 */
export function licensesOf(copyrightText: string): readonly string[] {
  const names = isMachineReadable(copyrightText)
    ? licenseFields(copyrightText).flatMap(licenseExpressions)
    : referencedLicenses(copyrightText);
  return [...new Set(names)].sort();
}

function isMachineReadable(text: string): boolean {
  return /^(Format|Format-Specification):/im.test(text.slice(0, 2000)) && /^License:/im.test(text);
}

/** A paragraph with a licence alone has the text of what others name; it counts where no files are named. */
function licenseFields(text: string): readonly string[] {
  const paragraphs = text.split(/\n[ \t\r]*\n/).flatMap((paragraph) => {
    const [, synopsis] = /^License:[ \t]*(.*)$/im.exec(paragraph) ?? [];
    const isText = !/^(Files|Format|Format-Specification):/im.test(paragraph);
    return synopsis === undefined ? [] : { synopsis, isText };
  });
  const ofFiles = paragraphs.filter(({ isText }) => !isText);
  return (ofFiles.length > 0 ? ofFiles : paragraphs).map(({ synopsis }) => synopsis);
}

/** Licences pointed to, `/usr/share/common-licenses/GPL-2`. What the text before a pointer says of versions belongs to it. */
function referencedLicenses(text: string): readonly string[] {
  let end = 0;
  return [...text.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z0-9.-]*[A-Za-z0-9])/g)].map((match) => {
    const [pointer, name = ""] = match;
    const before = text.slice(end, match.index);
    end = match.index + pointer.length;
    return /^([AL]?GPL|GFDL)(-|$)/.test(name) ? gnuLicense(name, before) : licenseId(name);
  });
}

/** Whether later versions count is certain only where the text speaks of versions; `GPL` is whichever version it names. */
function gnuLicense(name: string, text: string): string {
  const stated = new Set([...text.matchAll(statedVersion)].map(([, before, after]) => before ?? after));
  const [only] = stated;
  const versioned = name.includes("-") || stated.size !== 1 ? name : `${name}-${only}`;
  if (/\b(any|or)\s+(\(at\s+your\s+option\)\s+)?(any\s+)?(later|newer)\b/i.test(text))
    return licenseId(`${versioned}+`);
  return stated.size > 0 ? licenseId(versioned) : `LicenseRef-${name}`;
}

/** `GPL version 2`, `General Public License, v3`, `version 2.1 of the License`; other licences have versions too. */
const statedVersion =
  /(?:GPL|(?:Public|Documentation)\s+License),?\s+(?:as\s+published\s+by\s+the\s+Free\s+Software\s+Foundation[,;]\s+)?(?:either\s+)?v(?:ersion)?\s*([0-9](?:\.[0-9])?)(?![0-9])|\bversion\s+([0-9](?:\.[0-9])?)\s+of\s+the\s+(?:License|GNU)/gi;

/**
 * The licences of a package as a whole, of those that `licensesOf` gives: what a machine-readable file says of all files
 * (`Files: *`), else of the first files; null for a file in another format.
 */
export function mainLicensesOf(copyrightText: string): readonly string[] | null {
  if (!isMachineReadable(copyrightText)) return null;
  const paragraphs = copyrightText.split(/\n[ \t\r]*\n/).filter((paragraph) => /^Files:/im.test(paragraph));
  const all = paragraphs.find((paragraph) => /^Files:\s*\*\s*$/im.test(paragraph)) ?? paragraphs[0] ?? "";
  const [, synopsis = ""] = /^License:[ \t]*(.*)$/im.exec(all) ?? [];
  return [...new Set(licenseExpressions(synopsis))].sort();
}
