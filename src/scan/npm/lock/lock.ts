import { ScanError } from "../../error.ts";

/** A package that a lock file names. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** As the lock file has them; most have none. */
  readonly licenses: readonly string[];
  /** The one processor it is for; null when it is for any. */
  readonly cpu: string | null;
  /** Whether only the development of the application needs it. */
  readonly development: boolean;
  /** What it depends on, as places in the lock file's list. */
  readonly dependencies: readonly number[];
}

/** What a lock file says. */
export interface Lock {
  readonly kind: "lock";
  readonly packages: readonly LockedPackage[];
  /** What the applications of the lock file depend on, for running and development, as places in the list. */
  readonly roots: readonly number[];
  /** Places by `name@range`, or by name alone, where only the package.json beside knows what the application asks for. */
  readonly requests?: Readonly<Record<string, number>>;
}

/** The most bytes read of a lock file. Those of the largest workspaces known have a third of it. */
export const longestLock = 2 ** 23;

/** The most packages one lock file can name, and lines it can have. Those of the largest workspaces have a third of either. */
const mostPackages = 25_000;
const mostLines = 250_000;

/** A lock file that cannot be read, or says more than it can. */
export function invalidLock(reason: string): ScanError {
  return new ScanError("SCAN_FILE_INVALID", reason, {
    hint: "the lock file is damaged or of a form not known yet; what it names is not listed",
  });
}

/** Throws SCAN_FILE_INVALID where a lock file names more packages than any project has. */
export function checkCount(count: number): void {
  if (count > mostPackages) throw invalidLock(`it names more than ${mostPackages} packages`);
}

/** Throws SCAN_FILE_INVALID where a text has so many lines that each by itself would take memory many times its length. */
export function checkLines(text: string): void {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    if (++lines > mostLines) throw invalidLock(`it has more than ${mostLines} lines`);
  }
}

/** A package on the way into a list. */
export type LockDraft = Omit<LockedPackage, "development">;

/** The packages, those marked that are reached from `development` and not from `production`. */
export function markDevelopment(
  drafts: readonly LockDraft[],
  roots: { readonly production: readonly number[]; readonly development: readonly number[] },
): readonly LockedPackage[] {
  const needed = reachable(drafts, roots.production);
  const forDevelopment = reachable(drafts, roots.development);
  return drafts.map((draft, at) => ({ ...draft, development: forDevelopment.has(at) && !needed.has(at) }));
}

function reachable(drafts: readonly LockDraft[], roots: readonly number[]): ReadonlySet<number> {
  const reached = new Set(roots);
  // A set is walked in the order of insertion, what is added on the way included.
  for (const at of reached) for (const next of drafts[at]?.dependencies ?? []) reached.add(next);
  return reached;
}

/** `places` without those that are not there, once each, in ascending order. */
export function placesOf(places: Iterable<number | undefined>): readonly number[] {
  const known = [...places].filter((place) => place !== undefined);
  return [...new Set(known)].sort((a, b) => a - b);
}

/** Where what `name` is asked for with `range` stands. Yarn 2 and later write the registry's protocol before a range. */
export function placeOfRequest(requests: ReadonlyMap<string, number>, name: string, range: string): number | undefined {
  return requests.get(`${name}@${range}`) ?? requests.get(`${name}@npm:${range}`) ?? requests.get(name);
}
