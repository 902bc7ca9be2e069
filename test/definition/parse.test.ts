import { describe, expect, it } from "vitest";
import { parseDefinition, readDefinition } from "../../src/definition/parse.ts";
import { printPath } from "../../src/definition/problem.ts";
import type { Definition } from "../../src/definition/schema.ts";
import { everything, minimal } from "./example.ts";

const include = () => "# nothing\n";

function definition(text: string): Definition {
  return readDefinition(text, { file: "x.yaml", include }).definition;
}

function problems(text: string): readonly string[] {
  const result = parseDefinition(text, { file: "x.yaml", include });
  return result.ok
    ? []
    : result.problems.map(({ line, column, path, message }) => `${line}:${column} ${printPath(path)}: ${message}`);
}

describe("a definition with every key", () => {
  it("is read whole", () => {
    expect(problems(everything)).toEqual([]);
    const read = definition(everything);
    expect(read.tags).toEqual(["1-dev", "1.31-dev", "1-debian13-compat-dev"]);
    expect(read.contents.builds[0]?.pipeline[1]?.with).toEqual({
      version: "14.24",
      rel: "3",
      fips: "false",
      subpackages: [{ name: "a", depends: ["b"] }],
    });
    expect(read.track).toEqual([{ type: "github_release", repository: "a/b", nested: { depth: "2" } }]);
    expect(read.accounts.users).toEqual([{ name: "nonroot", uid: 65532, gid: 65532, mode: "0700" }]);
    expect(read.contents.builds[0]?.privileged).toBe(true);
    expect(read["stig-certified"]).toBe(true);
  });

  it("loses no key", () => {
    const read = JSON.stringify(definition(everything));
    for (const key of everything.matchAll(/^[ -]*([a-z][a-z-]*):/gm)) expect(read).toContain(`"${key[1]}"`);
  });

  it("keeps what YAML would turn into something else as it is written", () => {
    const { vars, paths, dates, contents, ports } = definition(everything);
    const release = definition(everything)["os-release"];
    expect(vars).toMatchObject({ VERSION: "1.31", MODE: "0755", SINCE: "2027-04-30", NO: "no", EMPTY: "" });
    expect(paths[0]?.mode).toBe("02775");
    expect(dates.release).toBe("2025-08-09");
    expect(contents.files[0]?.spdx?.version).toBe("1.0");
    expect(release["version-id"]).toBe("13");
    expect(ports[3]).toBe("80");
  });

  it.each([
    ["1.30", "1.30"],
    ["1.310", "1.310"],
    ["0o17", "0o17"],
    ["0x1F", "0x1F"],
    ["1e3", "1e3"],
    ["12:30:45", "12:30:45"],
    [".inf", ".inf"],
    ["Yes", "Yes"],
    ["2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"],
    ["nothing", "nothing"],
  ])("reads the bare %s as text", (written, kept) => {
    expect(definition(minimal(`vars: { A: ${written} }\n`)).vars).toEqual({ A: kept });
  });

  it.each(["~", "null", "", "!!str"])("reads %s, which is nothing, as empty text", (written) => {
    expect(definition(minimal(`vars: { A: ${written} }\n`)).vars).toEqual({ A: "" });
    expect(definition(minimal(`vars:\n  A: ${written}\n`)).vars).toEqual({ A: "" });
  });
});

describe("a minimal definition", () => {
  it("has the defaults of the format", () => {
    expect(definition(minimal())).toMatchObject({
      variant: "runtime",
      platforms: ["linux/amd64", "linux/arm64"],
      output: "layered",
      contents: { packages: [], builds: [] },
      accounts: { users: [], groups: [] },
      cmd: [],
    });
  });

  it("follows aliases", () => {
    expect(definition(minimal("entrypoint: &a [x]\ncmd: *a\n")).cmd).toEqual(["x"]);
  });
});

describe("problems", () => {
  it.each<[string, string, readonly string[]]>([
    ["an unknown key", "worker: 1\n", ["4:1 worker: unknown key"]],
    ["a misspelt key", "entry-point: [x]\n", ["4:1 entry-point: unknown key; did you mean `entrypoint`?"]],
    [
      "a key deep inside",
      "contents:\n  packges: [a]\n",
      ["5:3 contents.packges: unknown key; did you mean `packages`?"],
    ],
    ["a list that is text", "cmd: node\n", ['4:6 cmd: must be a list, not text ("node")']],
    ["text that is a map", "name: {a: b}\n", ["4:7 name: must be text, not a map"]],
    ["a map that is a list", "contents: [a]\n", ["4:11 contents: must be a map, not a list"]],
    [
      "a number that is none",
      "accounts: {users: [{name: a, uid: x, gid: 1}]}\n",
      ['4:35 accounts.users[0].uid: must be a whole number, not "x"'],
    ],
    [
      "a number too large",
      "accounts: {groups: [{name: a, gid: 4294967295}]}\n",
      ['4:36 accounts.groups[0].gid: must be at most 4294967294, not "4294967295"'],
    ],
    ["a missing key", "accounts: {users: [{name: a, uid: 1}]}\n", ["4:20 accounts.users[0].gid: is missing"]],
    ["a boolean that is none", "accounts: {root: yes}\n", ["4:18 accounts.root: must be true or false"]],
    ["a word outside the list", "output: flat\n", ['4:9 output: must be layered or squashed, not "flat"']],
    [
      "a wrong mode",
      "paths:\n  - {type: directory, path: /a, mode: 0o755}\n",
      ['5:39 paths[0].mode: must be an octal mode such as 0755, not "0o755"'],
    ],
    [
      "a path that leads outside",
      "paths: [{type: delete, path: /a/../b}]\n",
      ['4:30 paths[0].path: must be a path without .. parts, not "/a/../b"'],
    ],
    [
      "a symlink to nowhere",
      "paths: [{type: symlink, path: /a}]\n",
      ["4:9 paths[0]: a symlink needs `source`, its target"],
    ],
    [
      "content twice",
      "paths: [{type: file, path: /a, content: a, source: b}]\n",
      ["4:52 paths[0].source: has both `content` and `source`; give one"],
    ],
    [
      "a step that does nothing",
      "contents: {builds: [{name: a, pipeline: [{name: a}]}]}\n",
      ["4:42 contents.builds[0].pipeline[0]: a step needs `runs`, a script, or `uses`, an action"],
    ],
    [
      "a tag twice",
      "flavor: x\nplatforms: [linux/amd64]\ncmd: [a]\naccounts: {users: [{name: a, uid: 1, gid: 1}, {name: a, uid: 2, gid: 2}]}\n",
      ["7:54 accounts.users[1].name: is given twice"],
    ],
    ["a wrong variable name", "environment: {A=B: x}\n", ["4:15 environment.A=B: must be the name of a variable"]],
    [
      "a package item with spaces",
      "contents: {packages: [a b]}\n",
      ['4:23 contents.packages[0]: must be a package: name, name=version or !name, not "a b"'],
    ],
    [
      "a date that is none",
      "dates: {release: May 2025}\n",
      ['4:18 dates.release: must be a date such as 2028-04-30, not "May 2025"'],
    ],
    [
      "a port that is none",
      "ports: [http]\n",
      ['4:9 ports[0]: must be a port such as 8080/tcp or 4510-4559, not "http"'],
    ],
    [
      "a day that there is none of",
      "dates: { end-of-life: 2025-02-30 }\n",
      ['4:23 dates.end-of-life: must be a day that there is, not "2025-02-30"'],
    ],
    [
      "a month that there is none of",
      "dates: { release: 2025-13-01 }\n",
      ['4:19 dates.release: must be a day that there is, not "2025-13-01"'],
    ],
    ["a relative work-dir", "work-dir: app\n", ['4:11 work-dir: must be an absolute path without .. parts, not "app"']],
    [
      "an unknown signal",
      "stop-signal: SIGFOO\n",
      ['4:14 stop-signal: must be a signal such as SIGTERM, not "SIGFOO"'],
    ],
    [
      "a mode above 07777",
      'paths: [{ type: directory, path: /x, mode: "10755" }]\n',
      ['4:44 paths[0].mode: must be an octal mode such as 0755, not "10755"'],
    ],
    [
      "builds inside a build",
      "contents: { builds: [{ name: x, contents: { builds: [] } }] }\n",
      ["4:45 contents.builds[0].contents.builds: unknown key"],
    ],
    [
      "an unquoted exclusion",
      "contents:\n  packages:\n    - !openssl\n",
      ["6:7 : an unquoted ! begins a YAML tag; put the text in quotes: '!name'"],
    ],
    ["a key given twice", "name: a\nname: b\n", ["5:1 : this key is given twice"]],
    [
      "an alias of nothing",
      "environment: { A: *missing }\ncmd: *later\nentrypoint: &later [a]\n",
      [
        "4:19 environment.A: *missing stands for nothing: no &missing comes before it",
        "5:6 cmd: *later stands for nothing: no &later comes before it",
      ],
    ],
    [
      "a value that is no text",
      "vars: { A: !!binary aGk= }\nannotations: !!omap [{ a: b }]\n",
      [
        "4:21 vars.A: is of a type that definitions do not have: write it as text",
        "5:24 annotations[0]: is of a type that definitions do not have: write it as text",
      ],
    ],
    ["a second document", "---\nname: a\n", ["4:1 : a file holds one definition; remove what follows the ---"]],
    [
      "broken YAML",
      "cmd: [a\n",
      ["5:1 : Flow sequence in block collection must be sufficiently indented and end with a ]"],
    ],
    ["a key that is a list", "? [a]\n: b\n", ["4:3 : has a key that is not plain text"]],
    ["a prototype", "__proto__: {x: 1}\n", ["4:1 : has a key that is not plain text"]],
  ])("%s is reported with line and column", (_what, more, expected) => {
    expect(problems(minimal(more))).toEqual(expected);
  });

  it("are all reported at once, in the order of the file", () => {
    expect(problems("# syntax=hardpan/build:1-debian13\nimage: []\ntags: [a b]\nfoo: 1\n")).toEqual([
      "2:8 image: must be text, not a list",
      '3:8 tags[0]: must be a tag: letters, digits, . _ -, at most 128 of them, not "a b"',
      "4:1 foo: unknown key",
    ]);
  });

  it("name what is missing altogether", () => {
    expect(problems("# syntax=hardpan/build:1-debian13\nname: x\n")).toEqual([
      "2:1 image: is missing",
      "2:1 tags: is missing",
    ]);
  });

  it.each([
    "",
    "name: x\n",
    "# syntax=docker/dockerfile:1\n",
    "\n# syntax=hardpan/build:1-debian13\n",
    "# syntax=hardpan/build:latest\n",
  ])("a file that begins %j has no format", (text) => {
    expect(problems(`${text}image: a\ntags: [a]\n`)[0]).toMatch(
      /^1:1 : the first line must name format and distribution/,
    );
  });

  it("of size and nesting are found in bounded time", () => {
    expect(problems(minimal(`track: ${"[".repeat(5000)}${"]".repeat(5000)}`)).join()).toMatch(/nested too deeply/);
    expect(problems(minimal(`name: ${"x".repeat(1 << 20)}`)).join()).toMatch(/longer than 1 MiB/);
    const bomb = Array.from(
      { length: 12 },
      (_, i) => `a${i}: &a${i} [${Array(10).fill(i === 0 ? "x" : `*a${i - 1}`)}]`,
    );
    expect(problems(minimal(`track:\n  ${bomb.join("\n  ")}`)).join()).toMatch(/too many values/);
  });

  it("throw DEFINITION_INVALID from the strict door, one on a line", () => {
    const read = () => readDefinition(minimal("foo: 1\ncmd: x\n"), { file: "dir/x.yaml" });
    expect(read).toThrow(
      expect.objectContaining({
        code: "DEFINITION_INVALID",
        message: 'dir/x.yaml:4:1: foo: unknown key\ndir/x.yaml:5:6: cmd: must be a list, not text ("x")',
        hint: "remove or rename foo; docs/definition.md lists every key",
      }),
    );
  });
});

describe("the file's own facts", () => {
  it("are its SHA-256 and its distribution", () => {
    const read = readDefinition("# syntax=dhi.io/build:2-alpine3.23\nimage: x\ntags: [a]\n", { file: "f" });
    expect(read.syntax).toEqual({ frontend: "dhi.io/build", version: 2, distro: { name: "alpine", release: "3.23" } });
    expect(read.sha256).toBe("4ad35b3d629473d5d35228694288b75146308980dc49af1c9ecbf72223622f8f");
  });

  it("puts the suffix behind each tag", () => {
    const { definition } = readDefinition(
      "# syntax=hardpan/build:1-debian13\nimage: x\ntags: ['1', 1-debian13]\nsuffix: -x\n",
      {
        file: "x.yaml",
      },
    );
    expect(definition.tags).toEqual(["1-x", "1-debian13-x"]);
  });
});
