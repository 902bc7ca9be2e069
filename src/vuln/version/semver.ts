/**
 * Compares two versions by Semantic Versioning 2.0.0 §11: negative, 0 or positive. Tolerant as npm data needs it: a leading
 * `v` or `=` is dropped, missing minor and patch numbers are 0, build metadata does not count, and OSV's `0` sorts before
 * every version, prereleases of 0.0.0 included. Text that is no version at all is ordered as a prerelease of 0.0.0.
 */
export function compareSemver(left: string, right: string): number {
  if (left === "0" || right === "0") return left === right ? 0 : left === "0" ? -1 : 1;
  const a = parse(left);
  const b = parse(right);
  for (const i of [0, 1, 2]) {
    const order = compareNumbers(a.numbers[i] ?? "0", b.numbers[i] ?? "0");
    if (order !== 0) return order;
  }
  return comparePrerelease(a.prerelease, b.prerelease);
}

interface Version {
  /** Decimal digits without leading zeros: they may exceed what a number holds. */
  readonly numbers: readonly string[];
  readonly prerelease: readonly string[];
}

const pattern = /^[v=\s]*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]*)?$/;

function parse(text: string): Version {
  const match = pattern.exec(text.trim());
  if (match === null) return { numbers: ["0", "0", "0"], prerelease: text.split(".") };
  const [, major, minor, patch, prerelease] = match;
  return {
    numbers: [major, minor, patch].map((part) => withoutZeros(part ?? "0")),
    prerelease: prerelease === undefined ? [] : prerelease.split("."),
  };
}

function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i];
    const right = b[i];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(left: string, right: string): number {
  const leftNumeric = /^\d+$/.test(left);
  const rightNumeric = /^\d+$/.test(right);
  if (leftNumeric && rightNumeric) return compareNumbers(withoutZeros(left), withoutZeros(right));
  if (leftNumeric !== rightNumeric) return leftNumeric ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

function compareNumbers(left: string, right: string): number {
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}
