import { AptError } from "./error.ts";
import type { ArchivePackage } from "./model.ts";

/** A package that nothing has any more, or that could not be asked for; `reason` says which. */
export interface MissingPackage
  extends Pick<ArchivePackage, "name" | "version" | "architecture" | "filename" | "sha256"> {
  readonly reason: string;
}

/** APT_PACKAGES_MISSING, or APT_OFFLINE where only the cache counts: the packages that could not be had, all, by name. */
export class PackagesMissingError extends AptError {
  readonly missing: readonly MissingPackage[];

  constructor(
    missing: readonly MissingPackage[],
    code: "APT_PACKAGES_MISSING" | "APT_OFFLINE" = "APT_PACKAGES_MISSING",
  ) {
    const sorted = missing.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const lines = sorted.map((one) => `\n  ${describeMissing(one)}`);
    super(code, `of the packages, these cannot be had:${lines.join("")}`, {
      hint: code === "APT_OFFLINE" ? "run once with access to a mirror" : whereToLook,
    });
    this.missing = sorted;
  }
}

/** What to do about inputs that are nowhere. */
export const whereToLook =
  "name a mirror that has them in HARDPAN_DEBIAN_MIRROR or HARDPAN_INPUT_MIRROR, or make a new lock with `hardpan lock`";

/** A missing package in one line: name, version, architecture, SHA-256, file name, and why. */
export function describeMissing(one: MissingPackage): string {
  const { name, version, architecture, sha256, filename, reason } = one;
  return `${name} ${version} ${architecture}, SHA-256 ${sha256}, ${filename}: ${reason}`;
}
