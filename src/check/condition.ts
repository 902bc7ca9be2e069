import type { Condition } from "./spec/model.ts";

/** What conditions ask of an image; null where the image does not say it. */
export interface Traits {
  readonly variant: string | null;
  readonly flavor: string | null;
  readonly fips: boolean | null;
  readonly distro: string | null;
  readonly version: string | null;
}

/** What an image says of itself in its labels. */
export function traitsOf(labels: Readonly<Record<string, string>>): Traits {
  const label = (name: string) => labels[`io.hardpan.${name}`] ?? labels[`com.docker.dhi.${name}`] ?? null;
  const variant = label("variant");
  const compliance = label("compliance");
  const isOurs = variant !== null;
  return {
    variant,
    flavor: label("flavor") ?? (isOurs ? "" : null),
    fips: compliance === null ? (isOurs ? false : null) : /\bfips\b/.test(compliance),
    distro: label("distro"),
    version: label("version"),
  };
}

/** Why a check is not for an image; null where it is. */
export function whyNotFor(condition: Condition, traits: Traits): string | null {
  for (const key of ["variant", "flavor", "distro"] as const) {
    const wanted = condition[key];
    const value = traits[key];
    if (wanted !== null && (value === null || !wanted.includes(value))) return only(key, wanted, value);
  }
  if (condition.fips !== null && condition.fips !== traits.fips) {
    return only("fips", [String(condition.fips)], traits.fips === null ? null : String(traits.fips));
  }
  const { version } = traits;
  const isOfVersion = (wanted: string) => version === wanted || version?.startsWith(`${wanted}.`) === true;
  if (condition.version !== null && !condition.version.some(isOfVersion)) {
    return only("version", condition.version, version);
  }
  return null;
}

function only(key: string, wanted: readonly string[], value: string | null): string {
  const shown = (text: string) => text || "none";
  const is = value === null ? "the image does not say what it has" : `the image has ${shown(value)}`;
  return `only for ${key} ${wanted.map(shown).join(", ")}; ${is}`;
}
