import { licenseExceptions, licenseNames, licenseVersions } from "./license-names.ts";

/**
 * The licences a Debian copyright file names, sorted: SPDX identifiers, some `WITH` an exception, and `LicenseRef-…`
 * for names SPDX does not have. Reads the License fields of the machine-readable format 1.0; of other files the
 * references to /usr/share/common-licenses. Empty when the file names none in either way. Never throws.
 */
export function licensesOf(copyrightText: string): readonly string[] {
  const names = isMachineReadable(copyrightText)
    ? [...copyrightText.matchAll(/^License:[ \t]*(.*)$/gim)].flatMap(([, synopsis = ""]) => splitSynopsis(synopsis))
    : referencedLicenses(copyrightText);
  return [...new Set(names.map(licenseId))].sort();
}

/**
 * The SPDX identifier of a licence's short name (machine-readable copyright format 1.0, §7.2); `LicenseRef-…` when
 * unknown.
 */
export function licenseId(shortName: string): string {
  const [, base = "", exception] =
    /^(.+?)(?:[ -]+with[ -]+(.+?)(?:[ -]+exceptions?)?)?$/i.exec(shortName.trim().slice(0, 200)) ?? [];
  const id = knownId(base.toLowerCase().replaceAll(" ", "-"));
  if (exception === undefined) return id ?? reference(shortName);
  const known = licenseExceptions.get(exception.toLowerCase().replaceAll(" ", "-"));
  return id === null || known === undefined ? reference(shortName) : `${id} WITH ${known}`;
}

function isMachineReadable(text: string): boolean {
  return /^(Format|Format-Specification):/im.test(text.slice(0, 2000)) && /^License:/im.test(text);
}

const longestName = 60;

/** The single licences of `A or B`, `A and B`, `A, and B`. A whole licence text in place of a name gives none. */
function splitSynopsis(synopsis: string): readonly string[] {
  const text = synopsis
    .trim()
    .slice(0, 1000)
    .replaceAll(/_(or|and)_/gi, " $1 ");
  return text
    .split(/\s*,\s*(?:and\/or\s+|and\s+|or\s+)?|\s+(?:and\/or|and|or)\s+/i)
    .map((name) => name.trim())
    .filter((name) => name !== "" && name.length <= longestName && name.split(/\s+/).length <= 6);
}

/** Licences pointed to, `/usr/share/common-licenses/GPL-2`; whether later versions count is said by the text around. */
function referencedLicenses(text: string): readonly string[] {
  const later = /any\s+later\s+version/i.test(text);
  return [...text.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z0-9.-]*[A-Za-z0-9])/g)].map(([, name = ""]) =>
    later && /^[AL]?GPL-|^GFDL-/.test(name) ? `${name}+` : name,
  );
}

function knownId(name: string): string | null {
  return licenseNames.get(name) ?? versionedId(name);
}

/** The GNU licences: `gpl-2+`, `gplv2`, `lgpl-2.1-or-later`, `gfdl-niv-1.3+`. */
function versionedId(name: string): string | null {
  const [, family = "", niv, version = "", later = ""] =
    /^(gpl|lgpl|agpl|gfdl)(-niv)?-?v?([0-9](?:\.[0-9])?)(\+|-only|-or-later|-or-newer)?$/.exec(name) ?? [];
  const full = licenseVersions.get(`${family} ${version}`);
  if (full === undefined) return null;
  const suffix = later === "" || later === "-only" ? "only" : "or-later";
  return niv === undefined ? `${full}-${suffix}` : `${full}-no-invariants-${suffix}`;
}

function reference(name: string): string {
  const safe = name
    .trim()
    .replaceAll(/[^A-Za-z0-9.-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return `LicenseRef-${safe === "" ? "unknown" : safe}`;
}
