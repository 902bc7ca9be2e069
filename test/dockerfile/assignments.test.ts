import { expect, it } from "vitest";
import { assignmentsOf } from "../../src/dockerfile/assignments.ts";
import { instructionsOf, parseDockerfile } from "../../src/dockerfile/parse.ts";

const read = (source: string) =>
  instructionsOf(parseDockerfile(source)).flatMap((instruction) =>
    assignmentsOf(instruction, "\\").map(({ name, value }) => [name, value?.text ?? null]),
  );

it.each([
  ["ENV a=b", [["a", "b"]]],
  [
    "ENV a=b c='d e' f=\"g h\" i=j\\ k",
    [
      ["a", "b"],
      ["c", "'d e'"],
      ["f", '"g h"'],
      ["i", "j\\ k"],
    ],
  ],
  ["ENV a b c=d", [["a", "b c=d"]]],
  [
    "ENV a=\\\n b=c",
    [
      ["a", ""],
      ["b", "c"],
    ],
  ],
  ["ARG a", [["a", null]]],
  [
    'ARG a=1 b c="2"',
    [
      ["a", "1"],
      ["b", null],
      ["c", '"2"'],
    ],
  ],
  ["ARG a=", [["a", ""]]],
  ["LABEL a=b=c", [["a", "b=c"]]],
  ["RUN a=b", []],
])("%s", (source, expected) => {
  expect(read(source)).toEqual(expected);
});

it("gives the value's place in the source", () => {
  const source = 'ARG \\\n  BASE="node:24"\n';
  const [instruction] = instructionsOf(parseDockerfile(source));
  const [assignment] = instruction === undefined ? [] : assignmentsOf(instruction, "\\");
  expect(source.slice(assignment?.value?.range.start, assignment?.value?.range.end)).toBe('"node:24"');
});
