import { expect, it } from "vitest";
import { commandLineOf, copyOf } from "../../src/dockerfile/instructions.ts";
import { instructionsOf, parseDockerfile } from "../../src/dockerfile/parse.ts";
import type { Instruction } from "../../src/dockerfile/tree.ts";

const view = <Result>(source: string, read: (instruction: Instruction) => Result) =>
  instructionsOf(parseDockerfile(source)).map(read)[0];

it.each([
  ["CMD npm start", { form: "shell", text: "npm start" }],
  ['CMD ["npm", "start"]', { form: "exec", arguments: ["npm", "start"] }],
  ["ENTRYPOINT []", { form: "exec", arguments: [] }],
  ["RUN --mount=type=cache a && b", { form: "shell", text: "a && b" }],
  ["HEALTHCHECK --interval=1s CMD curl x || exit 1", { form: "shell", text: "curl x || exit 1" }],
  ['healthcheck cmd ["a"]', { form: "exec", arguments: ["a"] }],
  ["HEALTHCHECK NONE", null],
  ['VOLUME ["/a"]', null],
  ['COPY ["a", "b"]', null],
  ["USER a", null],
])("%s runs %j", (source, expected) => {
  expect(view(source, commandLineOf)).toEqual(expected);
});

it.each([
  ["COPY a b c/", { from: null, chown: null, sources: ["a", "b"], destination: "c/" }],
  ["COPY --from=build --chown=1:2 /x /y", { from: "build", chown: "1:2", sources: ["/x"], destination: "/y" }],
  ['ADD ["a b", "c"]', { from: null, chown: null, sources: ["a b"], destination: "c" }],
  ["COPY a", null],
  ["RUN cp a b", null],
])("%s copies %j", (source, expected) => {
  expect(view(source, copyOf)).toEqual(expected);
});
