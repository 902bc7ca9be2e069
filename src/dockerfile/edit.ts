import { DockerfileError } from "./error.ts";
import { parseDockerfile } from "./parse.ts";
import type { Range } from "./text.ts";
import type { Dockerfile } from "./tree.ts";

/** New text for a part of the source. An empty range inserts. */
export interface Edit {
  readonly range: Range;
  readonly text: string;
}

/** Applies edits to a source, given in any order; all else stays as it is. Throws DOCKERFILE_EDIT_INVALID. */
export function editSource(source: string, edits: readonly Edit[]): string {
  const ordered = edits.toSorted(
    (left, right) => left.range.start - right.range.start || left.range.end - right.range.end,
  );
  let result = "";
  let at = 0;
  for (const { range, text } of ordered) {
    if (range.start < at || range.end < range.start || range.end > source.length) throw misplaced(range);
    result += source.slice(at, range.start) + text;
    at = range.end;
  }
  return result + source.slice(at);
}

/** The Dockerfile with `text` in place of `range`. Throws DOCKERFILE_EDIT_INVALID. */
export function replaceRange(dockerfile: Dockerfile, range: Range, { text }: { readonly text: string }): Dockerfile {
  return parseDockerfile(editSource(dockerfile.source, [{ range, text }]));
}

/** The line end that inserted lines should have: that of the first line, a line feed where there is none. */
export function lineEnding(dockerfile: Dockerfile): "\n" | "\r\n" {
  const feed = dockerfile.source.indexOf("\n");
  return feed > 0 && dockerfile.source[feed - 1] === "\r" ? "\r\n" : "\n";
}

function misplaced(range: Range): DockerfileError {
  return new DockerfileError(
    "DOCKERFILE_EDIT_INVALID",
    `an edit at ${range.start} to ${range.end} does not fit the source`,
    {
      hint: "edits must lie within the source and must not overlap",
    },
  );
}
