import { DebianError } from "./error.ts";

declare const versionBrand: unique symbol;

/** A well-formed version (Debian Policy 5.6.12). Only `parseDebianVersion` makes one. */
export type DebianVersion = string & { readonly [versionBrand]: true };

/** The parts of a version; without epoch and revision `0` and `""`. */
export interface VersionParts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

/**
 * The order of two versions as dpkg has it (Debian Policy 5.6.12): negative when `a` is older, 0 when they are equal,
 * positive when `a` is newer. Takes any text: what is malformed still has a place in the order.
 */
export function compareDebianVersions(a: string, b: string): number {
  if (a === b) return 0;
  const epochA = a.indexOf(":");
  const epochB = b.indexOf(":");
  if (epochA !== -1 || epochB !== -1) {
    const order = compareRuns(a, 0, Math.max(epochA, 0), b, 0, Math.max(epochB, 0));
    if (order !== 0) return order;
  }
  const endA = upstreamEnd(a, epochA + 1);
  const endB = upstreamEnd(b, epochB + 1);
  const order = compareRuns(a, epochA + 1, endA, b, epochB + 1, endB);
  return order !== 0 ? order : compareRuns(a, endA + 1, a.length, b, endB + 1, b.length);
}

/** Checks `text` and returns it as a version. Throws DEBIAN_VERSION_INVALID. */
export function parseDebianVersion(text: string): DebianVersion {
  if (!isDebianVersion(text)) {
    throw new DebianError("DEBIAN_VERSION_INVALID", `not a Debian version: ${JSON.stringify(text.slice(0, 100))}`, {
      hint: "a version is [epoch:]upstream[-revision], where upstream begins with a digit (Debian Policy 5.6.12)",
    });
  }
  return text;
}

/** Whether `text` is a well-formed version. */
export function isDebianVersion(text: string): text is DebianVersion {
  const { epoch, upstream, revision } = splitDebianVersion(text);
  const hasRevision = text.includes("-");
  return (
    /^[0-9]{1,9}$/.test(epoch) &&
    /^[0-9][A-Za-z0-9.+~:-]*$/.test(upstream) &&
    (hasRevision ? /^[A-Za-z0-9.+~]+$/.test(revision) : true)
  );
}

/** Splits at the first colon and the last hyphen, without checking. */
export function splitDebianVersion(text: string): VersionParts {
  const colon = text.indexOf(":");
  const rest = text.slice(colon + 1);
  const hyphen = rest.lastIndexOf("-");
  return {
    epoch: colon === -1 ? "0" : text.slice(0, colon),
    upstream: hyphen === -1 ? rest : rest.slice(0, hyphen),
    revision: hyphen === -1 ? "" : rest.slice(hyphen + 1),
  };
}

/** `version` without the mark of a binary-only rebuild, `+b1`, which its source package does not have. */
export function stripBinNmu(version: string): string {
  return version.replace(/\+b[0-9]+$/, "");
}

function upstreamEnd(text: string, start: number): number {
  const hyphen = text.lastIndexOf("-");
  return hyphen < start ? text.length : hyphen;
}

/** Compares two stretches of text as alternating runs of non-digits and digits. */
function compareRuns(a: string, startA: number, endA: number, b: string, startB: number, endB: number): number {
  let i = startA;
  let j = startB;
  while (i < endA || j < endB) {
    while ((i < endA && !isDigit(a.charCodeAt(i))) || (j < endB && !isDigit(b.charCodeAt(j)))) {
      const order = (i < endA ? weight(a.charCodeAt(i)) : 0) - (j < endB ? weight(b.charCodeAt(j)) : 0);
      if (order !== 0) return order;
      i++;
      j++;
    }
    while (i < endA && a.charCodeAt(i) === 0x30) i++;
    while (j < endB && b.charCodeAt(j) === 0x30) j++;
    let first = 0;
    while (i < endA && j < endB && isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(j))) {
      if (first === 0) first = a.charCodeAt(i) - b.charCodeAt(j);
      i++;
      j++;
    }
    if (i < endA && isDigit(a.charCodeAt(i))) return 1;
    if (j < endB && isDigit(b.charCodeAt(j))) return -1;
    if (first !== 0) return first;
  }
  return 0;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Before the end comes a tilde, after it letters, then everything else; a digit ends the run. */
function weight(code: number): number {
  if (code === 0x7e) return -1;
  if (isDigit(code)) return 0;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x7a && code < 0x80 ? code : code + 0x10000;
}
