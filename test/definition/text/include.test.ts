import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseDefinition, placesInDefinition, readDefinition } from "../../../src/definition/parse.ts";
import { printProblem } from "../../../src/definition/problem.ts";
import type { Definition } from "../../../src/definition/schema.ts";
import { minimal } from "../example.ts";

type Files = Readonly<Record<string, string>>;

const from = (files: Files) => (path: string) => files[path] ?? null;

function read(text: string, files: Files): Definition {
  return readDefinition(text, { file: "x.yaml", include: from(files) }).definition;
}

function problems(text: string, files: Files | null): readonly string[] {
  const result = parseDefinition(text, {
    file: "x.yaml",
    ...(files === null ? {} : { include: from(files) }),
  });
  return result.ok ? [] : result.problems.map((problem) => printProblem(problem, "x.yaml"));
}

const dev = `variant: dev
contents:
  packages: [apt, bash]
environment:
  LANG: C.UTF-8
  DEBIAN_FRONTEND: noninteractive
accounts:
  root: true
  run-as: root
  users:
    - { name: _apt, uid: 42, gid: 65532 }
cmd: [bash, -l]
`;

describe("an included file", () => {
  const own = minimal(`includes: [image/base/include/dev.yaml]
contents:
  packages: [bash, "!mawk", node]
environment: { LANG: en_US.UTF-8, NODE_VERSION: "24" }
accounts:
  run-as: node
  users: [{ name: node, uid: 1000, gid: 1000 }]
cmd: [node]
`);

  it("lies under the definition: maps key by key, lists first, what is no list replaced", () => {
    const definition = read(own, { "image/base/include/dev.yaml": dev });
    expect(definition).toMatchObject({
      variant: "dev",
      includes: ["image/base/include/dev.yaml"],
      contents: { packages: ["apt", "bash", "!mawk", "node"] },
      environment: { LANG: "en_US.UTF-8", DEBIAN_FRONTEND: "noninteractive", NODE_VERSION: "24" },
      accounts: { root: true, "run-as": "node" },
    });
    expect(definition.accounts.users.map(({ name }) => name)).toEqual(["_apt", "node"]);
  });

  it("gives a command line only where the definition has none", () => {
    expect(read(own, { "image/base/include/dev.yaml": dev }).cmd).toEqual(["node"]);
    expect(read(minimal("includes: [a.yaml]\n"), { "a.yaml": dev }).cmd).toEqual(["bash", "-l"]);
  });

  it("may include others, each of which counts once", () => {
    const files = {
      "top.yaml": "includes: [base.yaml]\ncontents: { packages: [top] }\nwork-dir: /top\n",
      "side.yaml": "includes: [base.yaml]\ncontents: { packages: [side] }\nwork-dir: /side\n",
      "base.yaml": "contents: { packages: [base] }\npaths: [{ type: directory, path: /base }]\nwork-dir: /base\n",
    };
    const definition = read(minimal("includes: [top.yaml, side.yaml]\n"), files);
    expect(definition.contents.packages).toEqual(["base", "top", "side"]);
    expect(definition.paths).toHaveLength(1);
    expect(definition["work-dir"]).toBe("/side");
    expect(definition.includes).toEqual(["top.yaml", "side.yaml"]);
  });

  it("may be empty", () => {
    expect(read(minimal("includes: [a.yaml]\n"), { "a.yaml": "# nothing yet\n" })).toMatchObject({ tags: ["1"] });
  });

  it("is part of the definition's digest, which sha256sum's lines make", () => {
    const text = minimal("includes: [a.yaml]\n");
    const sum = (content: string) => createHash("sha256").update(content).digest("hex");
    const { sha256, included } = readDefinition(text, { file: "x.yaml", include: () => dev });
    expect(included).toEqual([{ path: "a.yaml", sha256: sum(dev) }]);
    expect(sha256).toBe(sum(`${sum(text)}  -\n${sum(dev)}  a.yaml\n`));
    expect(readDefinition(minimal(), { file: "x.yaml" }).sha256).toBe(sum(minimal()));
  });
});

describe("problems of included files", () => {
  const includes = (...paths: readonly string[]) => minimal(`includes: [${paths.join(", ")}]\n`);

  it.each<[string, string, Files | null, readonly string[]]>([
    [
      "have their own file, line and column",
      minimal("includes: [a.yaml]\nworkdir: /x\n"),
      { "a.yaml": "contents:\n  packages: [ok, not ok]\n  packges: []\n" },
      [
        "x.yaml:5:1: workdir: unknown key; did you mean `work-dir`?",
        'a.yaml:2:18: contents.packages[1]: must be a package: name, name=version or !name, not "not ok"',
        "a.yaml:3:3: contents.packges: unknown key; did you mean `packages`?",
      ],
    ],
    [
      "are found in YAML that is none",
      includes("a.yaml"),
      { "a.yaml": "cmd: [x\n" },
      ["a.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]"],
    ],
    [
      "are found in a file that is a list",
      includes("a.yaml"),
      { "a.yaml": "- a\n" },
      ["a.yaml:1:1: must be a map of a definition's keys"],
    ],
    ["say that one is missing", includes("a.yaml"), {}, ["x.yaml:4:12: includes[0]: the catalogue has no file a.yaml"]],
    [
      "say that a path leads elsewhere",
      includes("../a.yaml", "/a.yaml", "a/./b.yaml", "a.json"),
      { "a.json": "" },
      [12, 23, 32, 44].map(
        (column, index) =>
          `x.yaml:4:${column}: includes[${index}]: must be the path of a .yaml file below the catalogue's folder`,
      ),
    ],
    [
      "say who includes itself, and where",
      includes("a.yaml"),
      { "a.yaml": "includes: [b.yaml]\n", "b.yaml": "includes:\n  - a.yaml\n" },
      ["b.yaml:2:5: includes[0]: includes itself: a.yaml → b.yaml → a.yaml"],
    ],
    [
      "say that files are nested too deep",
      includes("1.yaml"),
      Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${i}.yaml`, `includes: [${i + 1}.yaml]\n`])),
      ["8.yaml:1:12: includes[0]: files include each other more than 8 deep"],
    ],
    [
      "say that a text without a catalogue includes nothing",
      includes("a.yaml"),
      null,
      ["x.yaml:4:12: includes[0]: cannot be included: the definition is not read from a catalogue"],
    ],
    [
      "show which of two users of a name is the second",
      minimal("includes: [a.yaml]\naccounts: { users: [{ name: _apt, uid: 1, gid: 1 }] }\n"),
      { "a.yaml": dev },
      ["x.yaml:5:29: accounts.users[1].name: is given twice"],
    ],
  ])("%s", (_what, text, files, expected) => {
    expect(problems(text, files)).toEqual(expected);
  });

  it("never come from more than a hundred files", () => {
    const names = Array.from({ length: 101 }, (_, index) => `${index}.yaml`);
    expect(problems(includes(...names), Object.fromEntries(names.map((name) => [name, ""])))).toEqual([
      expect.stringContaining("includes[100]: more than 100 files are included"),
    ]);
  });
});

describe("the place of a value", () => {
  it("is in the file that gives it", () => {
    const text = minimal("includes: [a.yaml]\ncontents:\n  packages: [node]\n");
    const paths = [
      ["contents", "packages", 0],
      ["contents", "packages", 2],
      ["environment", "LANG"],
    ];
    expect(placesInDefinition(text, paths, { file: "x.yaml", include: () => dev })).toEqual([
      { file: "a.yaml", line: 3, column: 14 },
      { line: 6, column: 14 },
      { file: "a.yaml", line: 5, column: 9 },
    ]);
  });
});
