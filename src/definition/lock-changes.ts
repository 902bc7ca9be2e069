import { type ContentsChange, contentsChanges } from "./lock/contents-changes.ts";
import { type ContentsLock, type Lock, type LockedPlatform, lockedPlatforms, type PlatformLock } from "./lock.ts";

/**
 * What another lock has otherwise: an input, or for `definition changed` the definition's path with its SHA-256 in place of
 * versions, as the lock is of another state of it; for `another definition` its path in place of them too. A platform stands
 * in place of its version where it is locked (`platform not made`) or could be (`platform not locked`).
 */
export interface LockChange extends Omit<ContentsChange, "reason"> {
  readonly reason:
    | ContentsChange["reason"]
    | "definition changed"
    | "another definition"
    | "platform not locked"
    | "platform not made";
  /** Where it is so; all that are compared for what is said of the definition. */
  readonly platforms: readonly LockedPlatform[];
  /** The build stage that uses it; null for the image itself. */
  readonly stage: string | null;
}

/**
 * What an image would be built from anew, compared with what it is locked to: what is said of its definition and of the
 * platforms `offered`, by default those of `available`, then inputs by stage and by name. Of another definition's lock no
 * more is said than that.
 */
export function lockChanges(
  locked: Lock,
  available: Lock,
  { offered = lockedPlatforms(available) }: { readonly offered?: readonly LockedPlatform[] } = {},
): readonly LockChange[] {
  const platforms = lockedPlatforms(locked).filter((platform) => available.platforms[platform] !== undefined);
  const definition = definitionChange(locked, available, platforms);
  if (definition?.reason === "another definition") return [definition];
  const inputs = platforms.flatMap((platform) => platformChanges(locked, available, platform));
  return [
    ...(definition === null ? [] : [definition]),
    ...offeredChanges(lockedPlatforms(locked), offered),
    ...mergedByPlatform(inputs),
  ];
}

function definitionChange(locked: Lock, available: Lock, platforms: readonly LockedPlatform[]): LockChange | null {
  const [before, now] = [locked.definition, available.definition];
  const about = { package: now.path, platforms, stage: null };
  if (before.path !== now.path) {
    return { ...about, locked: before.path, available: now.path, reason: "another definition" };
  }
  if (before.sha256 === now.sha256) return null;
  return { ...about, locked: before.sha256, available: now.sha256, reason: "definition changed" };
}

function offeredChanges(locked: readonly LockedPlatform[], offered: readonly LockedPlatform[]): readonly LockChange[] {
  const missing = offered.filter((platform) => !locked.includes(platform));
  const gone = locked.filter((platform) => !offered.includes(platform));
  return [
    ...missing.map((name) => ({ ...aboutPlatform(name), available: name, reason: "platform not locked" as const })),
    ...gone.map((name) => ({ ...aboutPlatform(name), locked: name, reason: "platform not made" as const })),
  ];
}

function aboutPlatform(name: LockedPlatform) {
  return { package: name, locked: null, available: null, platforms: [name], stage: null };
}

/** Changes that are the same on several platforms become one. */
function mergedByPlatform(changes: readonly LockChange[]): readonly LockChange[] {
  const merged = new Map<string, LockChange>();
  for (const change of changes) {
    const { platforms: at, ...what } = change;
    const key = JSON.stringify(what);
    merged.set(key, { ...change, platforms: [...(merged.get(key)?.platforms ?? []), ...at] });
  }
  const place = ({ stage, package: name }: LockChange) => `${stage ?? ""}\n${name}`;
  return [...merged.values()].toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
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
