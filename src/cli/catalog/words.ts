import type { Support, Supporter } from "../../catalog/support.ts";
import { megabytes } from "../../compare/figures.ts";
import type { DatedCounts, ListedImage, ListedVariant } from "../../flow/catalog/list/model.ts";
import { severities } from "../../vuln/model.ts";
import { cellsOf, type Piece, paragraph, type Terminal } from "../../vuln/report/text/terminal.ts";
import { severityLetters } from "../../vuln/report/words.ts";

/** `node  Node.js  [hardened]`, on a line of its own. */
export function headLine({ name, displayName }: Pick<ListedImage, "name" | "displayName">, terminal: Terminal): string {
  const apart = (text: string, style?: "strong"): Piece => {
    return { text, pad: cellsOf(text.split(" ").at(-1) ?? "") + 1, ...(style === undefined ? {} : { style }) };
  };
  const called = displayName === name ? [] : [apart(displayName)];
  const pieces = [apart(name, "strong"), ...called, { text: "[hardened]", style: "low" } as const];
  return paragraph(pieces, { indent: 0, hang: 2, terminal });
}

/** Who mends a version, in short: `upstream`, `Debian (limited)`, `nobody`. */
export function supportWord(support: Support | null): string {
  if (support === null) return "unknown";
  const [longest] = support.by;
  if (longest === undefined) return "nobody";
  return longest.who !== "upstream" && support.limited !== null
    ? `${names[longest.who]} (limited)`
    : names[longest.who];
}

/** The same in full: `upstream until 2028-04-30, and Debian's security team until 2028-08-09`. */
export function supportText(support: Support | null): string {
  if (support === null) return "not known";
  const { by, limited, reason } = support;
  if (by.length === 0) return `nobody: ${reason ?? "its support has ended"}`;
  const words = by.map(({ who, until }) => `${longNames[who]} until ${until}`).join(", and ");
  return limited === null ? words : `${words} (Debian for some uses only: ${limited})`;
}

const names: Readonly<Record<Supporter["who"], string>> = {
  upstream: "upstream",
  "debian-security": "Debian",
  "debian-lts": "Debian LTS",
};

const longNames: Readonly<Record<Supporter["who"], string>> = {
  upstream: "upstream",
  "debian-security": "Debian's security team",
  "debian-lts": "Debian's long-term support team",
};

/** The counts that there are, worst first, `1H 5M`; `0` where there are none. */
export function countsWord(counts: DatedCounts): string {
  const found = severities.filter((severity) => counts[severity] > 0);
  return found.length === 0
    ? "0"
    : found.map((severity) => `${counts[severity]}${severityLetters[severity]}`).join(" ");
}

/** `node (1000)`, `root`. */
export function userText({ user, uid }: Pick<ListedVariant, "user" | "uid">): string {
  return uid === null || uid === 0 || String(uid) === user ? user : `${user} (${uid})`;
}

/** What there is to run commands and to install with: `no shell; package manager: apt, dpkg`. */
export function programsText({ shell, packageManager }: Pick<ListedVariant, "shell" | "packageManager">): string {
  const parts = [programText(shell, "shell"), programText(packageManager, "package manager")];
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? "shell and package manager not known before it is built" : known.join("; ");
}

function programText(programs: string | null, what: string): string | null {
  if (programs === null) return null;
  return programs === "" ? `no ${what}` : `${what}: ${programs.replaceAll(",", ", ")}`;
}

/** A size, or that there is none. */
export function sizeText(size: number | null): string {
  return size === null ? "not built" : megabytes(size);
}

/** `fips-dev`, `compat`; empty for a plain runtime image. */
export function kindOf({ variant, flavor, compliance }: ListedVariant): string {
  const parts = [flavor ?? "", compliance.length > 0 ? "fips" : "", variant === "runtime" ? "" : variant];
  return parts.filter((part) => part !== "").join("-");
}
