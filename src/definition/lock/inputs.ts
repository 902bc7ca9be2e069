import { type ContentsLock, type Lock, lockedPlatforms, type PlatformLock } from "../lock.ts";

/**
 * How many inputs a lock names, of every kind: packages, tarballs, files and trees, and the images that content is taken of or
 * that stages stand on. What several platforms or stages share counts once.
 */
export function countInputs(lock: Lock): number {
  const all = lockedPlatforms(lock).flatMap((platform) => identitiesOn(lock.platforms[platform]));
  return new Set(all).size;
}

function identitiesOn(platform: PlatformLock | undefined): readonly string[] {
  if (platform === undefined) return [];
  const bases = platform.builds.flatMap(({ base }) => base ?? []);
  return [...[platform, ...platform.builds].flatMap(identitiesIn), ...bases.map(({ manifest }) => manifest)];
}

function identitiesIn({ packages, npm, files, artifacts }: ContentsLock): readonly string[] {
  return [...[...packages, ...npm, ...files].map(({ sha256 }) => sha256), ...artifacts.map(({ manifest }) => manifest)];
}
