import { licenseExceptions, licenseNames, licenseVersions } from "./license-names.ts";

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
