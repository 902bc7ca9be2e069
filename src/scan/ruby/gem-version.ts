/** Orders versions of gems as `Gem::Version` does: number by number, letters (a prerelease) before any number. */
export function compareGemVersions(a: string, b: string): number {
  const left = segmentsOf(a);
  const right = segmentsOf(b);
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = compareSegments(left[at] ?? "0", right[at] ?? "0");
    if (order !== 0) return order;
  }
  return 0;
}

/** Whether `version` fulfils a condition of `Gem::Requirement`: `>= 1.2`, `~> 2.8.0`, `1.0`. One that cannot be read is not fulfilled. */
export function fulfils(version: string, condition: string): boolean {
  const [, operator = "=", wanted] = /^\s*(=|!=|>=|<=|~>|>|<)?\s*([0-9A-Za-z.-]{1,200})\s*$/.exec(condition) ?? [];
  if (wanted === undefined) return false;
  const order = compareGemVersions(version, wanted);
  if (operator === "~>") return order >= 0 && compareGemVersions(releaseOf(version), bumped(wanted)) < 0;
  if (order === 0) return operator === "=" || operator === ">=" || operator === "<=";
  return operator === "!=" || operator.startsWith(order > 0 ? ">" : "<");
}

function segmentsOf(version: string): readonly string[] {
  return version.replaceAll("-", ".pre.").match(/\d+|[A-Za-z]+/g) ?? [];
}

function compareSegments(a: string, b: string): number {
  const isNumber = /^\d/.test(a);
  if (isNumber !== /^\d/.test(b)) return isNumber ? 1 : -1;
  if (!isNumber) return a < b ? -1 : a > b ? 1 : 0;
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The numbers before the first letter. */
function releaseOf(version: string): string {
  const segments = segmentsOf(version);
  const letter = segments.findIndex((segment) => !/^\d/.test(segment));
  return (letter < 0 ? segments : segments.slice(0, letter)).join(".");
}

/** The first version `~>` no longer takes: the last number but one raised, without what follows. */
function bumped(version: string): string {
  const numbers = releaseOf(version).split(".");
  const kept = numbers.length > 1 ? numbers.slice(0, -1) : numbers;
  return [...kept.slice(0, -1), String(BigInt(kept.at(-1) || "0") + 1n)].join(".");
}
