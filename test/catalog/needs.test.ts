// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of definitions look like this
import { describe, expect, it } from "vitest";
import { needsOf } from "../../src/catalog/needs.ts";
import { expandBuild, expandDefinition } from "../../src/definition/expand.ts";
import { readDefinition } from "../../src/definition/parse.ts";
import { isOfArchive } from "../../src/flow/catalog/archives.ts";

function needs(more: string, syntax = "dhi.io/build:2-debian13", actions: readonly string[] = []): readonly string[] {
  const text = `# syntax=${syntax}\nimage: x\ntags: ["1"]\n${more}`;
  const source = readDefinition(text, { file: "x.yaml" });
  const target = { arch: "amd64", dev: false, fips: false, flavor: "", dir: "/target" };
  const scope = { target, source: { dir: "/source" } };
  const builds = source.definition.contents.builds.flatMap(
    (build) => expandBuild(source.definition, build, scope) ?? [],
  );
  const image = { syntax: source.syntax, definition: expandDefinition(source.definition, scope), builds };
  return needsOf(image, { actions: new Set(actions), hasFile: (path) => path === "image/x/bin/start.sh", isOfArchive });
}

const steps = (...list: readonly string[]) => `contents: {builds: [{name: b, pipeline: [${list.join(", ")}]}]}\n`;

describe("what a definition needs besides packages", () => {
  it.each<[string, string, readonly string[]]>([
    ["nothing", "contents: {packages: [bash]}\n", []],
    [
      "a file",
      "contents: {files: [{url: https://example.org/x.tgz, path: /x}]}\n",
      ["file: https://example.org/x.tgz"],
    ],
    [
      "sources in git",
      "contents: {builds: [{name: b, contents: {files: [{url: 'git+https://example.org/x.git#v1', path: '${source.dir}/x'}]}}]}\n",
      ["git: git+https://example.org/x.git#v1"],
    ],
    ["an image's content", "contents: {artifacts: [{name: 'static:1'}, {name: 'static:1'}]}\n", ["artifact: static:1"]],
    ["an image to build on", "contents: {builds: [{name: b, uses: 'go:1'}]}\n", ["base: go:1"]],
    ["no more for offline steps", steps('{runs: "make"}'), []],
    ["network", steps("{name: test, runs: make, privileged: true}"), ["network: build b, step test"]],
    ["network for a whole build", "contents: {builds: [{name: b, privileged: true}]}\n", ["network: build b"]],
    ["an action", steps("{uses: go/build@v1}"), ["action: go/build@v1"]],
    ["a secret", steps("{runs: x, secrets: [{id: token}, {id: other, optional: true}]}"), ["secret: token"]],
    [
      "a file that the catalogue lacks",
      "paths:\n  - {type: file, path: /a, source: image/x/bin/start.sh}\n  - {type: file, path: /b, source: ecosystem/b.sh}\n  - {type: symlink, path: /c, source: ../nowhere}\n",
      ["source: ecosystem/b.sh"],
    ],
    ["nothing for a step that is not for it", steps("{uses: go/build@v1, if: target.fips}"), []],
    ["another kind of builder", "variant: helm\n", ["variant: helm"]],
  ])("is %s", (_what, text, expected) => {
    expect(needs(text)).toEqual(expected);
  });

  it("is no action that can be run", () => {
    const text = steps("{uses: strip@v1}", "{uses: go/build@v1}");
    expect(needs(text, "dhi.io/build:2-debian13", ["strip@v1"])).toEqual(["action: go/build@v1"]);
  });

  it("is another distribution, of which repositories say nothing", () => {
    const text = "contents: {repositories: ['https://example.org/alpine/v3.24/main']}\n";
    expect(needs(text, "dhi.io/build:2-alpine3.24")).toEqual(["distribution: alpine-3.24"]);
  });

  const line = (url: string, rest = "trixie main", key = "debian-archive-keyring") =>
    `deb [signed-by=/usr/share/keyrings/${key}.gpg] ${url} ${rest}`;
  it.each<[string, boolean]>([
    [line("https://dhi.io/deb"), false],
    [line("https://ftp.debian.org/debian"), false],
    [line("http://mirror.example/debian", "trixie-backports main contrib"), false],
    ["deb https://ftp.debian.org/debian trixie main", false],
    [line("https://ftp.debian.org/debian", "bookworm-backports main"), true],
    [line("https://ftp.debian.org/debian", "trixie main", "other"), true],
    ["deb ftp://example.org/debian trixie", true],
    [line("https://dhi.io.example.org/deb", "trixie main", "other"), true],
    [line("https://example.org/deb", "stable main", "other"), true],
  ])("may be the repository %s: %s", (repository, expected) => {
    const text = `contents: {repositories: ["${repository}"]}\n`;
    expect(needs(text)).toEqual(expected ? [`repository: ${repository}`] : []);
  });
});
