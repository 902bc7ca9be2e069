// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles write their variables like this
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DockerfileError } from "../../src/dockerfile/error.ts";
import { assertValid } from "../../src/dockerfile/instructions.ts";
import { instructionsOf, parseDockerfile, printDockerfile } from "../../src/dockerfile/parse.ts";
import { maximumLength } from "../../src/dockerfile/text.ts";

const read = (source: string) => instructionsOf(parseDockerfile(source));
const shape = (source: string) => read(source).map(({ keyword, arguments: { text } }) => [keyword, text]);
const codes = (source: string) => parseDockerfile(source).diagnostics.map(({ code }) => code);

/** Pieces from which adverse files are put together. */
const fragments = [
  "FROM node:24\n",
  "from a AS b\r\n",
  "RUN echo a \\\n",
  "  b\n",
  "\\\n",
  "\\ \t\n",
  "\\\\\n",
  "`\n",
  "# comment\n",
  "  # comment \\\n",
  "\n",
  "\r\n",
  "\r",
  "# escape=`\n",
  "# syntax=docker/dockerfile:1\n",
  "\uFEFF",
  "RUN <<EOF\n",
  "RUN <<-'EOF' <<X\n",
  "\tEOF\n",
  "EOF\n",
  "X\n",
  "COPY <<a <<b /\n",
  "a\n",
  "b\n",
  'CMD ["a", "b"]\n',
  "CMD ['a']\n",
  "ENV a=b c='d e'\n",
  "ARG A\n",
  "ONBUILD RUN <<EOF\n",
  "ONBUILD ONBUILD RUN x\n",
  "FR\\\nOM x\n",
  "RUN --mount=type=cache a\n",
  "HEALTHCHECK CMD x\n",
  "\u0000",
  "é한",
  "\u2028",
  "\u00a0",
  '"',
  "'",
  "$",
  "${",
  "<<",
  "x",
];

describe("printing what was parsed", () => {
  it("gives back any text", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 40 }), (parts) => {
        const source = parts.join("");
        const dockerfile = parseDockerfile(source);
        expect(printDockerfile(dockerfile)).toBe(source);
        expect(
          dockerfile.nodes.every(({ range }, index) => range.start === (dockerfile.nodes[index - 1]?.range.end ?? 0)),
        ).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("gives back text of any characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (source) => {
        expect(printDockerfile(parseDockerfile(source))).toBe(source);
      }),
    );
  });
});

describe("words know where they stand", () => {
  it("finds keyword, flags and intact words at their ranges", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 40 }), (parts) => {
        const source = parts.join("");
        for (const { word, flags } of instructionsOf(parseDockerfile(source))) {
          for (const item of [word, ...flags.map((flag) => flag.word)]) {
            if (item.intact) expect(source.slice(item.range.start, item.range.end)).toBe(item.text);
          }
        }
      }),
    );
  });

  it("counts lines and columns from one, the byte order mark aside", () => {
    const [first, second] = read("\uFEFFFROM a\r\n\r\n  USER b\r\n");
    expect(first?.position).toEqual({ line: 1, column: 1 });
    expect(second?.position).toEqual({ line: 3, column: 3 });
  });
});

describe("continuation lines", () => {
  it.each([
    ["joins lines", "RUN a \\\n  b\n", [["RUN", "a   b"]]],
    ["allows blanks and tabs after the escape character", "RUN a \\ \t\n b\n", [["RUN", "a  b"]]],
    ["drops comments in between", "RUN a \\\n # x\n# y \\\nb\n", [["RUN", "a b"]]],
    ["drops blank lines in between", "RUN a \\\n\n \t\nb\n", [["RUN", "a b"]]],
    [
      "does not take two escape characters for one",
      "RUN a \\\\\nUSER b\n",
      [
        ["RUN", "a \\\\"],
        ["USER", "b"],
      ],
    ],
    [
      "does not take three for one",
      "RUN a \\\\\\\nUSER b\n",
      [
        ["RUN", "a \\\\\\"],
        ["USER", "b"],
      ],
    ],
    ["takes a line of nothing else", "\\\nRUN a\n", [["RUN", "a"]]],
    ["goes on at the end of the file", "RUN a \\", [["RUN", "a"]]],
    ["joins a split keyword", "FR\\\nOM a\n", [["FROM", "a"]]],
    ["keeps carriage returns out", "RUN a \\\r\n b\r\n", [["RUN", "a  b"]]],
    [
      "follows the escape directive",
      "# escape=`\nRUN a `\nC:\\\nUSER b\n",
      [
        ["RUN", "a C:\\"],
        ["USER", "b"],
      ],
    ],
  ])("%s", (_, source, expected) => {
    expect(shape(source)).toEqual(expected);
  });
});

describe("directives", () => {
  it("reads them in any case and spacing, before anything else", () => {
    const { nodes, escape: character } = parseDockerfile(
      "#SYNTAX = docker/dockerfile:1 \n# Escape=`\n# check=skip=all\nFROM a\n",
    );
    expect(nodes.slice(0, 3).map((node) => (node.kind === "directive" ? [node.name, node.value] : node.kind))).toEqual([
      ["syntax", "docker/dockerfile:1"],
      ["escape", "`"],
      ["check", "skip=all"],
    ]);
    expect(character).toBe("`");
  });

  it.each([
    ["a comment", "# hello\n"],
    ["an empty line", "\n"],
    ["a shebang", "#!/usr/bin/env docker\n"],
    ["an instruction", "FROM a\n"],
  ])("does not read them after %s", (_, before) => {
    expect(parseDockerfile(`${before}# escape=\`\nFROM a\n`).escape).toBe("\\");
  });

  it("reports a repeated one and a wrong escape character", () => {
    expect(codes("# escape=`\n# escape=\\\nFROM a\n")).toEqual(["DOCKERFILE_DIRECTIVE_INVALID"]);
    expect(codes("# escape=x\nFROM a\n")).toEqual(["DOCKERFILE_DIRECTIVE_INVALID"]);
  });
});

describe("flags", () => {
  const flags = (source: string) => read(source)[0]?.flags.map(({ name, value }) => [name, value]);

  it("takes them off the arguments", () => {
    expect(flags("COPY --from=a --chown='x y' --link b c\n")).toEqual([
      ["from", "a"],
      ["chown", "x y"],
      ["link", null],
    ]);
    expect(shape("COPY --from=a  b c\n")).toEqual([["COPY", "b c"]]);
  });

  it("ends them at two dashes and at the first other word", () => {
    expect(flags("RUN -- --a\n")).toEqual([]);
    expect(shape("RUN -- --a\n")).toEqual([["RUN", "--a"]]);
    expect(shape("RUN a --b\n")).toEqual([["RUN", "a --b"]]);
  });

  it("finds them across continuation lines", () => {
    expect(flags("RUN --mount=type=cache \\\n  --network=none a\n")).toEqual([
      ["mount", "type=cache"],
      ["network", "none"],
    ]);
  });
});

describe("exec form", () => {
  const exec = (source: string) => read(source)[0]?.exec;

  it.each([
    ['CMD ["a", "b c"]', ["a", "b c"]],
    ["CMD []", []],
    ["CMD [ ]", []],
    ['CMD ["a", \\\n# x\n"b"]', ["a", "b"]],
    ["CMD ['a']", null],
    ['CMD ["a"', null],
    ['CMD ["a"] b', null],
    ["RUN [ -f x ]", null],
    ['HEALTHCHECK --interval=5s CMD ["a"]', ["a"]],
    ["HEALTHCHECK CMD a", null],
    ["HEALTHCHECK NONE", null],
    ['ENV ["a"]', null],
    ['COPY ["a b", "c"]', ["a b", "c"]],
  ])("reads %s", (source, expected) => {
    expect(exec(source)).toEqual(expected);
  });

  it("reports an array of something else than strings", () => {
    expect(codes('FROM a\nCMD ["a", 1]\n')).toEqual(["DOCKERFILE_INSTRUCTION_INVALID"]);
  });
});

describe("what a builder would refuse", () => {
  it.each([
    ["an unknown instruction", "FROM a\nRUM b\n", "DOCKERFILE_INSTRUCTION_UNKNOWN", 2],
    ["an instruction without arguments", "FROM a\n  USER\n", "DOCKERFILE_INSTRUCTION_INVALID", 2],
    ["ONBUILD of ONBUILD", "FROM a\nONBUILD ONBUILD RUN b\n", "DOCKERFILE_INSTRUCTION_INVALID", 2],
    ["an open heredoc", "FROM a\nRUN <<EOF\nb\n", "DOCKERFILE_HEREDOC_UNTERMINATED", 2],
    ["a very long line", `FROM a\n# ${"x".repeat(65_535)}\n`, "DOCKERFILE_LINE_TOO_LONG", 2],
    ["nothing at all", "# only this\n", "DOCKERFILE_EMPTY", 1],
  ])("is told: %s", (_, source, code, line) => {
    const dockerfile = parseDockerfile(source);
    expect(dockerfile.diagnostics.map((item) => [item.code, item.position.line])).toEqual([[code, line]]);
    expect(() => assertValid(dockerfile, "app/Dockerfile")).toThrow(new RegExp(`^app/Dockerfile:${line}:\\d+: `));
  });

  it("throws only for a file that is too large", () => {
    expect(() => parseDockerfile(" ".repeat(maximumLength + 1))).toThrow(DockerfileError);
    expect(() => assertValid(parseDockerfile("FROM a\n"), "Dockerfile")).not.toThrow();
  });
});

it("keeps what ONBUILD holds", () => {
  const [, onbuild] = read("FROM a\nONBUILD  copy --from=b c d\n");
  expect(onbuild?.trigger).toMatchObject({ keyword: "COPY", position: { line: 2, column: 10 } });
  expect(onbuild?.trigger?.flags[0]?.value).toBe("b");
});
