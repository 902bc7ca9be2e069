import { verifyDocument } from "./keyring.ts";
import type { DebianPocket } from "./model.ts";
import type { AptOptions, AptPorts } from "./ports.ts";
import { acquireSigned, type SuiteSource, type VerifiedRelease } from "./signed-release.ts";
import { mirrorsFor } from "./sources.ts";

/** Which suite of Debian's archive: `trixie` and its pocket. */
export interface SuiteChoice {
  readonly codename: string;
  readonly pocket: DebianPocket;
}

/** The suite's name in the archive: `trixie`, `trixie-updates`, `trixie-security`. */
export function suiteName(choice: SuiteChoice): string {
  return choice.pocket === "release" ? choice.codename : `${choice.codename}-${choice.pocket}`;
}

/**
 * Acquires the InRelease of a suite of Debian's archive from the mirrors, in order, signed by a pinned key. Throws
 * APT_UNSIGNED, APT_KEY_UNKNOWN, APT_SIGNATURE_INVALID, APT_KEYRING_MISSING, and what `acquireSigned` throws.
 */
export async function acquireRelease(
  choice: SuiteChoice,
  ports: AptPorts,
  options: AptOptions = {},
): Promise<VerifiedRelease> {
  const { codename, pocket } = choice;
  const suite = suiteName(choice);
  const source: SuiteSource = {
    suite,
    codename,
    pocket,
    bases: mirrorsFor(ports.mirrors, pocket),
    folder: `dists/${suite}`,
    record: suite,
    ...signedByDebian(codename, ports, options),
    isOf: (body) => body.codename === suite || body.suite === suite,
  };
  return await acquireSigned(source, ports, options);
}

/** What makes a suite one that Debian's own keys vouch for: signed by one of those that are pinned for `codename`. */
export function signedByDebian(
  codename: string,
  ports: AptPorts,
  options: AptOptions,
): Pick<SuiteSource, "trusts" | "verify"> {
  const pinned = new Set(ports.trust.pins.map((pin) => pin.fingerprint));
  return {
    trusts: (signedBy) => signedBy.some((key) => pinned.has(key)),
    verify: async (document) => await verifyDocument({ ...document, codename }, ports, options),
  };
}
