/** Maps whose keys are the author's own: an empty value in them, or below them, is an empty text. */
const ownKeys: ReadonlySet<string | number> = new Set([
  ...["vars", "environment", "annotations", "labels", "mappings"],
  ...["with", "track", "matrix"],
]);

/** Keys of the format for which empty text says something else than no text. */
const emptyTexts: ReadonlySet<string | number> = new Set(["content", "runs", "output", "suffix"]);

/**
 * Whether a key that is there but has nothing counts as not given: `packages:`, `packages: ~` and `work-dir: ""` do,
 * `FOO:` among variables does not. `path` leads to the key; `form` is what stands there.
 */
export function isAbsent(path: readonly (string | number)[], form: "null" | "empty text"): boolean {
  if (path.slice(0, -1).some((part) => ownKeys.has(part))) return false;
  const key = path.at(-1);
  return form === "null" || (key !== undefined && !emptyTexts.has(key));
}
