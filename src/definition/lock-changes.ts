import { type ContentsChange, contentsChanges } from "./lock/contents-changes.ts";
import { type ContentsLock, type Lock, type LockedPlatform, lockedPlatforms, type PlatformLock } from "./lock.ts";

/**
 * What another lock has otherwise: an input, or for `definition changed`, which says that the lock is of another state of its
 * definition, that one's path with its SHA-256 in place of versions.
 */
export interface LockChange extends Omit<ContentsChange, "reason"> {
  readonly reason: ContentsChange["reason"] | "definition changed";
  /** Where it is so; all that are locked for `definition changed`. */
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
