/** A tag of an image: the version it begins with, and what follows: `24.3` and `-bookworm-slim`. */
interface ReadTag {
  readonly numbers: readonly number[];
  readonly suffix: string;
}

/**
 * The tags of a repository that an image at `tag` could move to: with the same suffix and as many numbers, the newest of
 * the same first number and the newest of all, where they are newer. Empty for a tag that does not begin with a version.
 */
export function newerTags(tag: string, tags: readonly string[]): readonly string[] {
  const current = readTag(tag);
  if (current === null) return [];
  const alike = tags.flatMap((text) => {
    const read = readTag(text);
    const isAlike = read?.suffix === current.suffix && read.numbers.length === current.numbers.length;
    return read !== null && isAlike && order(read, current) > 0 ? [{ text, read }] : [];
  });
  const sorted = alike.toSorted((a, b) => order(b.read, a.read));
  const sameLine = sorted.find(({ read }) => read.numbers[0] === current.numbers[0]);
  const found = [sameLine, sorted[0]].flatMap((one) => (one === undefined ? [] : [one.text]));
  return [...new Set(found)];
}

function readTag(text: string): ReadTag | null {
  const [, version, suffix = ""] = /^(\d{1,9}(?:\.\d{1,9}){0,3})(-[A-Za-z0-9._-]+)?$/.exec(text) ?? [];
  return version === undefined ? null : { numbers: version.split(".").map(Number), suffix };
}

function order(a: ReadTag, b: ReadTag): number {
  for (const [i, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
