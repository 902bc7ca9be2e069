/** Redis and Valkey have had major versions of one digit for as long as they tell them in this way. */
export const redisMarks: readonly string[] = ["2.", "3.", "4.", "5.", "6.", "7.", "8.", "9."];

/** A version alone, or a version with what follows it in the text that identifies a build: where, when and of what. */
export const redisText = /^(\d\.\d{1,2}\.\d{1,2})(?:\0|[\w.-]{0,100}\d{11,30}[0-9a-f]{0,8}\0)/;

/**
 * The version of a server whose program has many versions among its texts, as it knows since when each of its commands
 * exists: the one that also begins the text that identifies the build, in which nothing parts it from what follows.
 */
export function redisVersion(texts: readonly string[]): string | null {
  const plain = texts.filter((text) => /^[\d.]+\0$/.test(text) && text.length <= 9).map((text) => text.slice(0, -1));
  const build = texts.find((text) => text.length > 16 && plain.some((version) => text.startsWith(version)));
  const fitting = plain.filter((version) => build?.startsWith(version) === true);
  return fitting.reduce<string | null>((longest, one) => (one.length > (longest?.length ?? 0) ? one : longest), null);
}
