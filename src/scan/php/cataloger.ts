import type { Cataloger, FoundPackage } from "../cataloger.ts";
import { longestJson } from "../json.ts";
import { onePerPurl } from "../one-per-purl.ts";
import { catalogComposer } from "./catalog-composer.ts";
import { catalogPear } from "./catalog-pear.ts";
import { type ComposerPackage, parseInstalled } from "./composer.ts";
import { type PearPackage, parsePearPackage } from "./pear.ts";
import { phpPlaceOf } from "./place.ts";

/** What a record of installed packages says. */
export type PhpFinding = { readonly composer: readonly ComposerPackage[] } | { readonly pear: PearPackage };

/**
 * Installed PHP packages: those Composer has put into `vendor` folders, as `composer show` prints them, and those of PEAR
 * registries, as `pear list` does. Class libraries that a distribution brings without such a record are known by its
 * packages alone.
 */
export const phpCataloger: Cataloger<PhpFinding> = {
  name: "php",
  interest: { names: ["installed.json"], endings: [".reg"] },
  reading(path) {
    const place = phpPlaceOf(path);
    if (place === null) return null;
    if (place.kind === "pear") return { limit: 2 ** 24, read: (content) => ({ pear: parsePearPackage(content) }) };
    return {
      limit: longestJson,
      read: (content) => ({ composer: parseInstalled(new TextDecoder().decode(content)) }),
    };
  },
  catalog({ findings, owners }) {
    const packages: FoundPackage[] = [...catalogPear(pearIn(findings), owners)];
    for (const [path, finding] of findings) {
      const place = phpPlaceOf(path);
      if (place?.kind !== "composer" || !("composer" in finding)) continue;
      packages.push(...catalogComposer({ path, place, packages: finding.composer }, owners));
    }
    return onePerPurl(packages);
  },
};

function pearIn(findings: ReadonlyMap<string, PhpFinding>): ReadonlyMap<string, PearPackage> {
  return new Map(
    [...findings].flatMap(([path, finding]) => ("pear" in finding ? [[path, finding.pear] as const] : [])),
  );
}
