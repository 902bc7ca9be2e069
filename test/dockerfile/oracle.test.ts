import { DockerfileParser } from "dockerfile-ast";
import fc from "fast-check";
import { expect, it } from "vitest";
import { instructionsOf, parseDockerfile } from "../../src/dockerfile/parse.ts";
import { stagesOf } from "../../src/dockerfile/stages.ts";

/** Lines on which dockerfile-ast agrees with BuildKit: it differs on some heredocs and on doubled escape characters. */
const lines = [
  "FROM node:24-slim AS build",
  "FROM --platform=$BUILDPLATFORM node:24",
  "from\tdebian:13",
  "FROM build",
  "ARG V=24",
  "ARG A B=2",
  "# comment",
  "",
  "RUN apt-get update \\\n  && apt-get install -y curl",
  "RUN a \\\n# comment\n  b",
  "RUN <<EOF\necho 1\nFROM x\nEOF",
  "RUN <<-'EOF'\n\techo 1\n\tEOF",
  "COPY --from=build --chown=1:1 /a /b",
  'COPY ["a", "b"]',
  'ENV A=1 B="2 3"',
  "ENV A 1",
  "USER node",
  "WORKDIR /app",
  "EXPOSE 3000 80/udp",
  'CMD ["node", "server.js"]',
  "CMD npm start",
  'ENTRYPOINT ["tini", "--"]',
  "HEALTHCHECK --interval=1s CMD curl x",
  'SHELL ["/bin/bash", "-c"]',
  "ONBUILD RUN a",
  "LABEL a=b",
  "VOLUME /data",
  "STOPSIGNAL SIGTERM",
  "MAINTAINER me",
];

const sources = fc.tuple(
  fc.array(fc.constantFrom(...lines), { maxLength: 20 }),
  fc.constantFrom("\n", "\r\n"),
  fc.boolean(),
);

it("finds the same instructions on the same lines as dockerfile-ast", () => {
  fc.assert(
    fc.property(sources, ([parts, end, final]) => {
      const source = (parts.join("\n") + (final ? "\n" : "")).replaceAll("\n", end);
      const theirs = DockerfileParser.parse(source)
        .getInstructions()
        .map((instruction) => [instruction.getKeyword(), instruction.getRange().start.line + 1]);
      const ours = instructionsOf(parseDockerfile(source)).map(({ keyword, position }) => [keyword, position.line]);
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 1000 },
  );
});

it("finds the same images and stage names as dockerfile-ast", () => {
  fc.assert(
    fc.property(sources, ([parts, end]) => {
      const source = parts.join(end);
      const theirs = DockerfileParser.parse(source)
        .getFROMs()
        .map((from) => [from.getImage(), from.getBuildStage()?.toLowerCase() ?? null]);
      const ours = stagesOf(parseDockerfile(source)).map((stage) => [stage.image.text, stage.name]);
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 500 },
  );
});
