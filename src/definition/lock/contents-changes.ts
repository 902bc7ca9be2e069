import type { ContentsLock, LockedArtifact, LockedFile, StageLock } from "../lock.ts";

/** An input of contents that another lock has otherwise; a version is null where the input is not in that lock. */
export interface ContentsChange {
  /** A package's name, a file's URL as locked, or the reference of an image. */
  readonly package: string;
  /** A package's version, a file's commit or SHA-256, an image's manifest. */
  readonly locked: string | null;
  readonly available: string | null;
  /**
   * `security`: the newer version is in a suite of security updates; `update`: in any other, or the package is new;
   * `removed`: it is needed no longer; `npm`: it is of the npm registry; `file`: a file or a git tree; `artifact`: an image
   * whose content is taken; `base`: the image that a build stage stands on.
   */
  readonly reason: "security" | "update" | "removed" | "npm" | "file" | "artifact" | "base";
}

type Contents = ContentsLock | StageLock | undefined;

/** Every input of an image or a stage that is not the same bytes in both locks, by kind. */
export function contentsChanges(before: Contents, now: Contents): readonly ContentsChange[] {
  return [
    ...packageChanges(before, now),
    ...npmChanges(before, now),
    ...fileChanges(before?.files ?? [], now?.files ?? []),
    ...imageChanges("artifact", before?.artifacts ?? [], now?.artifacts ?? []),
    ...imageChanges("base", basesOf(before), basesOf(now)),
  ];
}

function packageChanges(before: Contents, now: Contents): readonly ContentsChange[] {
  return changed(before?.packages ?? [], now?.packages ?? [], { name: nameOf, identity: sha256Of }).map(
    ([name, old, next]) => {
      const reason = next === undefined ? "removed" : next.suite.endsWith("-security") ? "security" : "update";
      return { package: name, locked: old?.version ?? null, available: next?.version ?? null, reason };
    },
  );
}

function npmChanges(before: Contents, now: Contents): readonly ContentsChange[] {
  return changed(before?.npm ?? [], now?.npm ?? [], { name: nameOf, identity: sha256Of }).map(([name, old, next]) => ({
    package: name,
    locked: old?.version ?? null,
    available: next?.version ?? null,
    reason: "npm",
  }));
}

/** A git tree is shown by its commits, unless one commit gave two trees. */
function fileChanges(before: readonly LockedFile[], now: readonly LockedFile[]): readonly ContentsChange[] {
  const identity = ({ commit, sha256 }: LockedFile) => `${commit} ${sha256}`;
  return changed(before, now, { name: ({ url }) => url, identity }).map(([url, old, next]) => {
    const shown = (file: LockedFile | undefined) =>
      (old?.commit === next?.commit ? file?.sha256 : (file?.commit ?? file?.sha256)) ?? null;
    return { package: url, locked: shown(old), available: shown(next), reason: "file" };
  });
}

function imageChanges(
  reason: "artifact" | "base",
  before: readonly LockedArtifact[],
  now: readonly LockedArtifact[],
): readonly ContentsChange[] {
  const what = { name: ({ reference }: LockedArtifact) => reference, identity: manifestOf };
  return changed(before, now, what).map(([reference, old, next]) => ({
    package: reference,
    locked: old?.manifest ?? null,
    available: next?.manifest ?? null,
    reason,
  }));
}

function basesOf(contents: Contents): readonly LockedArtifact[] {
  return contents !== undefined && "base" in contents && contents.base !== null ? [contents.base] : [];
}

const nameOf = ({ name }: { readonly name: string }) => name;
const sha256Of = ({ sha256 }: { readonly sha256: string }) => sha256;
const manifestOf = ({ manifest }: LockedArtifact) => manifest;

interface Naming<Item> {
  readonly name: (item: Item) => string;
  readonly identity: (item: Item) => string;
}

/** What only one of the two lists has in that identity, paired by name. */
function changed<Item>(
  before: readonly Item[],
  now: readonly Item[],
  naming: Naming<Item>,
): readonly (readonly [name: string, before: Item | undefined, now: Item | undefined])[] {
  const old = byName(before, now, naming);
  const next = byName(now, before, naming);
  return [...new Set([...old.keys(), ...next.keys()])].map((name) => [name, old.get(name), next.get(name)]);
}

/** What `others` do not have: a list may hold two versions of one npm package. */
function byName<Item>(
  items: readonly Item[],
  others: readonly Item[],
  { name, identity }: Naming<Item>,
): ReadonlyMap<string, Item> {
  const key = (item: Item) => JSON.stringify([name(item), identity(item)]);
  const there = new Set(others.map(key));
  return new Map(items.filter((item) => !there.has(key(item))).map((item) => [name(item), item]));
}
