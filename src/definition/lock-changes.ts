import { type ContentsLock, type Lock, type LockedPlatform, lockedPlatforms, type PlatformLock } from "./lock.ts";

/** An input that another lock has in another version. A version is null where the input is not in that lock. */
export interface LockChange {
  /** A package's name; for `definition changed` the definition's path, with its SHA-256 in place of versions. */
  readonly package: string;
  readonly locked: string | null;
  readonly available: string | null;
  /**
   * `security`: the newer version is in a suite of security updates; `update`: in any other, or the package is new;
   * `removed`: it is needed no longer; `npm`: it is of the npm registry; `definition changed`: the lock is of another state
   * of its definition.
   */
  readonly reason: "security" | "update" | "removed" | "npm" | "definition changed";
  /** Where it is so; both for `definition changed`. */
  readonly platforms: readonly LockedPlatform[];
  /** The build stage that uses it; null for the image itself. */
  readonly stage: string | null;
}

/** What an image would be built from anew, compared with what it is locked to: by stage, then by name. */
export function lockChanges(locked: Lock, available: Lock): readonly LockChange[] {
  const platforms = lockedPlatforms(locked).filter((platform) => available.platforms[platform] !== undefined);
  const changes = platforms.flatMap((platform) => platformChanges(locked, available, platform));
  const merged = new Map<string, LockChange>();
  for (const change of changes) {
    const { platforms: at, ...what } = change;
    const key = JSON.stringify(what);
    merged.set(key, { ...change, platforms: [...(merged.get(key)?.platforms ?? []), ...at] });
  }
  const place = ({ stage, package: name }: LockChange) => `${stage ?? ""}\n${name}`;
  const sorted = [...merged.values()].toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
  return [...definitionChange(locked, available, platforms), ...sorted];
}

function definitionChange(locked: Lock, available: Lock, platforms: readonly LockedPlatform[]): readonly LockChange[] {
  const [before, now] = [locked.definition.sha256, available.definition.sha256];
  if (before === now) return [];
  const { path } = available.definition;
  return [{ package: path, locked: before, available: now, reason: "definition changed", platforms, stage: null }];
}

function platformChanges(locked: Lock, available: Lock, platform: LockedPlatform): readonly LockChange[] {
  const before = locked.platforms[platform];
  const now = available.platforms[platform];
  const stages = new Set([before, now].flatMap((one) => one?.builds ?? []).map(({ name }) => name));
  const pairs: readonly (readonly [string | null, ContentsLock | undefined, ContentsLock | undefined])[] = [
    [null, before, now],
    ...[...stages].map((name) => [name, stageOf(before, name), stageOf(now, name)] as const),
  ];
  return pairs.flatMap(([stage, old, next]) =>
    contentsChanges(old, next).map((change) => ({ ...change, platforms: [platform], stage })),
  );
}

function stageOf(platform: PlatformLock | undefined, name: string): ContentsLock | undefined {
  return platform?.builds.find((stage) => stage.name === name);
}

type Change = Omit<LockChange, "platforms" | "stage">;

function contentsChanges(before: ContentsLock | undefined, now: ContentsLock | undefined): readonly Change[] {
  const packages = pairsOf(before?.packages ?? [], now?.packages ?? []).map(([name, old, next]): Change => {
    const reason = next === undefined ? "removed" : next.suite.endsWith("-security") ? "security" : "update";
    return { package: name, locked: old?.version ?? null, available: next?.version ?? null, reason };
  });
  const npm = pairsOf(before?.npm ?? [], now?.npm ?? []).map(
    ([name, old, next]): Change => ({
      package: name,
      locked: old?.version ?? null,
      available: next?.version ?? null,
      reason: "npm",
    }),
  );
  return [...packages, ...npm];
}

interface Known {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** What is not the same bytes in both lists, by name. */
function pairsOf<Item extends Known>(
  before: readonly Item[],
  now: readonly Item[],
): readonly (readonly [name: string, before: Item | undefined, now: Item | undefined])[] {
  const old = new Map(before.map((item) => [item.name, item]));
  const next = new Map(now.map((item) => [item.name, item]));
  return [...new Set([...old.keys(), ...next.keys()])]
    .map((name) => [name, old.get(name), next.get(name)] as const)
    .filter(([, one, other]) => one?.sha256 !== other?.sha256);
}
