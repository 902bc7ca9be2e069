// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of definitions look like this
import { describe, expect, it } from "vitest";
import { expandBuild, expandDefinition } from "../../src/definition/expand.ts";
import { evaluateExpression } from "../../src/definition/expression.ts";
import { readDefinition } from "../../src/definition/parse.ts";
import { expandTemplate, expandVariables, isTrue, type TemplateScope } from "../../src/definition/template.ts";
import { minimal } from "./example.ts";

const scope: TemplateScope = {
  vars: {
    VERSION: "1.31",
    URL: "https://example.org/pool/x_1.31.debian.tar.xz",
    FILE: "${URL:^.+/(.+)$}",
    ARCH: '#{ target.arch == "amd64" ? "x64" : "arm64" }',
    NESTED: "v${VERSION}-${ARCH}",
    LOOP: "${POOL}",
    POOL: "a${LOOP}",
  },
  target: { arch: "amd64", dev: true, fips: false, flavor: "compat", dir: "/out" },
  source: { dir: "/src" },
  packages: { "nodejs-24": "24.21.0" },
};

describe("templates", () => {
  it.each([
    ["plain", "plain"],
    ["x-${VERSION}.tgz", "x-1.31.tgz"],
    ["${FILE}", "x_1.31.debian.tar.xz"],
    ["${VERSION:^(\\d+)}", "1"],
    ["${URL:x_([0-9.]{4})}", "1.31"],
    ["${NESTED}", "v1.31-x64"],
    ["${target.arch}/${target.dev}/${target.fips}/${target.flavor}", "amd64/true/false/compat"],
    ["${source.dir}:${target.dir}", "/src:/out"],
    ["${package.nodejs-24.version}", "24.21.0"],
    ['#{ target.arch == "arm64" ? "a" : "b" }', "b"],
    ['#{ definition.vars.VERSION + "-x" }', "1.31-x"],
    ["#{name} and #{name }", "#{name} and #{name }"],
    ["${HOME:-/root} ${A:=b} ${A:?c} ${A:+d}", "${HOME:-/root} ${A:=b} ${A:?c} ${A:+d}"],
    ["${A:-${VERSION}} ${A:+${source.dir}/p} ${A:=${A:-${ARCH}}}", "${A:-1.31} ${A:+/src/p} ${A:=${A:-x64}}"],
    ['#{ target.arch == "amd64" ? "}" : "{" }', "}"],
    ['#{ target.arch == "amd64" ? "x64-${VERSION}" : "${NO_SUCH:-x}" }', "x64-1.31"],
    ["$VERSION", "$VERSION"],
    ["${unclosed", "${unclosed"],
    ["${unclosed ${VERSION}", "${unclosed 1.31"],
    ["{VERSION}", "{VERSION}"],
  ])("%s becomes %s", (template, expected) => {
    expect(expandTemplate(template, scope, { unknown: "fail" })).toBe(expected);
  });

  it("keep unknown names where shells and programs read them too", () => {
    const script = "echo ${LD_LIBRARY_PATH} ${project.version} ${VERSION}";
    expect(expandTemplate(script, scope, { unknown: "keep" })).toBe("echo ${LD_LIBRARY_PATH} ${project.version} 1.31");
  });

  it("expand what the text that stays has inside", () => {
    const script = 'D="${DEST:-${target.dir}}"; ${x%-${VERSION}} ${files[@]/#/${source.dir}/} #{ ruby "${VERSION}" }';
    expect(expandTemplate(script, scope, { unknown: "keep" })).toBe(
      'D="${DEST:-/out}"; ${x%-1.31} ${files[@]/#//src/} #{ ruby "1.31" }',
    );
  });

  it("are expanded in time that grows as the text does, however deep it is nested", () => {
    for (const text of ["${a:-", "${", "#{ ${x", "#{ a ? {"].map((piece) => piece.repeat(100_000))) {
      const closed = text + "}".repeat(200_000);
      const isKept = (whole: string) => expandTemplate(whole, scope, { unknown: "keep" }) === whole;
      expect([isKept(text), isKept(closed)]).toEqual([true, true]);
    }
  });

  it.each([
    "${VERSION:0:3} ${VERSION%.*} ${VERSION##*/} ${#list[@]}",
    "${VERSION:0:$((1+2))} ${VERSION:$((${#VERSION}-1))} ${VERSION: -3}",
    "#{ name } #{ 1 + 2 } #{name}",
    "${HOME} ${definition.nothing}",
  ])("leave %s to the shell or program that reads it", (text) => {
    expect(expandTemplate(text, scope, { unknown: "keep" })).toBe(text);
  });

  it.each([
    ["${NO_SUCH}", /there is no NO_SUCH/],
    ["${constructor}", /there is no constructor/],
    ["${package.x.version}", /there is no package\.x\.version/],
    ["${LOOP}", /needs itself: LOOP → POOL → LOOP/],
    ["${VERSION:^x(.)}", /does not capture anything in "1\.31"/],
    ["${VERSION:(}", /Invalid regular expression/],
    ["${A:-${NO_SUCH}}", /there is no NO_SUCH/],
    ['#{ target.arch == "amd64" ? }', /unexpected|ends too early/],
    ["#{ nothing }", /unknown name nothing/],
    ["#{ 1 + 2 }", /cannot read "1 \+ 2"/],
    [`#{ ${"(".repeat(200)} }`, /nested too deeply/],
    [`#{ "${"x".repeat(3000)}" }`, /longer than 2000/],
  ])("%s is refused", (template, message) => {
    const expand = () => expandTemplate(template, scope, { unknown: "fail" });
    expect(expand).toThrow(
      expect.objectContaining({ code: "DEFINITION_TEMPLATE_INVALID", message: expect.stringMatching(message) }),
    );
  });

  it("cannot be made to grow without end", () => {
    const vars = Object.fromEntries(
      Array.from({ length: 15 }, (_, i) => [`A${i}`, i === 0 ? "x".repeat(100) : `\${A${i - 1}}`.repeat(10)]),
    );
    expect(() => expandTemplate("${A14}", { ...scope, vars }, { unknown: "fail" })).toThrow(/more than 1 MiB/);
  });

  it("expand all variables of a definition", () => {
    const { LOOP: _loop, POOL: _pool, ...vars } = scope.vars;
    expect(expandVariables({ ...scope, vars }, { unknown: "fail" })).toMatchObject({ NESTED: "v1.31-x64" });
  });
});

describe("expressions", () => {
  const names: Readonly<Record<string, string | boolean>> = { a: "x", yes: true, no: false, empty: "" };
  it.each<[string, string | boolean]>([
    ['"text"', "text"],
    ["'it''s'".replace("''", "\\'"), "it's"],
    ["a", "x"],
    ['a + "-" + a', "x-x"],
    ['a == "x"', true],
    ['a != "x"', false],
    ["yes ? a : empty", "x"],
    ['no ? "1" : yes ? "2" : "3"', "2"],
    ['empty || no || "last"', "last"],
    ['a == "y" || a == "x"', true],
    ["yes && no", false],
    ["!no", true],
    ["!!yes", true],
    ['(a + "y") == "xy"', true],
    ["true", true],
  ])("%s is %s", (source, expected) => {
    expect(evaluateExpression(source, { lookup: (name) => names[name], quoted: (text) => text })).toBe(expected);
  });
});

describe("a definition expanded for a platform", () => {
  const outer = { target: { arch: "arm64", dev: false, fips: false, flavor: "" }, packages: { x: "1.2.3" } };

  it("has its templates replaced everywhere but in its builds", () => {
    const { definition } = readDefinition(
      minimal(`vars: {V: "\${package.x.version}", A: '#{ target.arch == "arm64" ? "aarch64" : "x86_64" }'}
contents:
  packages: ["lib-\${A}"]
  builds: [{name: b, work-dir: "\${source.dir}/x"}]
environment: {V: "\${V}", PATH: "\${HOME}/bin"}
paths: [{type: file, path: "/usr/lib/\${A}/x", content: "\${HOME:-x} \${V}"}]
cmd: ["sh", "-c", "echo \${V} \${OTHER}"]
`),
      { file: "f" },
    );
    const expanded = expandDefinition(definition, outer);
    expect(expanded.vars).toEqual({ V: "1.2.3", A: "aarch64" });
    expect(expanded.contents.packages).toEqual(["lib-aarch64"]);
    expect(expanded.contents.builds[0]?.["work-dir"]).toBe("${source.dir}/x");
    expect(expanded.environment).toEqual({ V: "1.2.3", PATH: "${HOME}/bin" });
    expect(expanded.paths[0]).toMatchObject({ path: "/usr/lib/aarch64/x", content: "${HOME:-x} 1.2.3" });
    expect(expanded.cmd).toEqual(["sh", "-c", "echo 1.2.3 ${OTHER}"]);
  });

  it("is left without the paths, files and artifacts of other platforms and of conditions that do not hold", () => {
    const { definition } = readDefinition(
      minimal(`contents:
  files: [{url: "https://h/a", path: /a, if: target.dev}, {url: "https://h/b", path: /b, platforms: [linux/arm64]}]
  artifacts: [{name: h/x, if: "false"}, {name: "h/\${target.arch}", if: "!target.fips"}]
paths: [{type: emptyfile, path: /c, platforms: [linux/amd64]}, {type: emptyfile, path: /d}]
`),
      { file: "f" },
    );
    const { contents, paths } = expandDefinition(definition, outer);
    expect(contents.files.map(({ path }) => path)).toEqual(["/b"]);
    expect(contents.artifacts.map(({ name }) => name)).toEqual(["h/arm64"]);
    expect(paths.map(({ path }) => path)).toEqual(["/d"]);
  });

  it("refuses an unknown name where nobody else would expand it", () => {
    const { definition } = readDefinition(minimal('contents: {packages: ["a-${NOPE}"]}\n'), { file: "f" });
    expect(() => expandDefinition(definition, outer)).toThrow(/there is no NOPE/);
  });
});

describe("conditions", () => {
  it.each<[string | undefined, boolean]>([
    [undefined, true],
    ["target.dev", true],
    ["target.fips", false],
    ['target.arch == "arm64" || !target.fips', true],
    ['#{ definition.vars.VERSION == "1.31" }', true],
    ["${target.fips}", false],
    ["${VERSION}", true],
    ["false", false],
    ["", false],
    ["  ", false],
  ])("%s holds: %s", (condition, expected) => {
    expect(isTrue(condition, scope)).toBe(expected);
  });

  it("that cannot be read are refused", () => {
    expect(() => isTrue("target.nothing", scope)).toThrow(/unknown name target\.nothing/);
  });
});

describe("a build expanded for a platform", () => {
  const folders = { source: { dir: "/src" }, packages: { x: "1.2.3" } };
  const target = { arch: "arm64", dev: true, fips: false, flavor: "compat", dir: "/out" };
  const { definition } = readDefinition(
    minimal(`vars: {V: "\${package.x.version}", A: '#{ target.arch == "arm64" ? "aarch64" : "x86_64" }', HOME: /home}
contents:
  builds:
    - name: "b \${SOMETHING}"
      uses: "example/go:\${V}"
      contents:
        packages: ["gcc-\${A}"]
        files:
          - {url: "https://example.org/\${V}-\${target.arch}.tgz", path: "\${source.dir}/x"}
          - {url: "https://example.org/y", path: /y, platforms: [linux/amd64]}
        artifacts: [{name: "example/static:\${V}", if: target.fips}]
      paths:
        - {type: file, path: "\${source.dir}/c", content: "\${HOME}/\${OTHER}"}
        - {type: directory, path: /d, if: "!target.dev"}
      environment: {PATH: "\${PATH}:\${target.dir}", V: "\${V}"}
      work-dir: "\${source.dir}/\${target.flavor}"
      pipeline:
        - name: "step \${OTHER}"
          runs: 'make V=\${V} DESTDIR=\${target.dir} \${HOME} \${V:0:1} \${project.version} "#{name}"'
        - {uses: "a/b@v1", with: {fips: "\${target.fips}", date: "\${SOURCE_DATE_EPOCH}", list: ["\${V}"]}}
        - {runs: never, if: target.fips}
      outputs:
        - {source: "\${target.dir}/bin", target: "/usr/lib/\${A}", uid: 0, gid: 0}
        - {source: /no, target: /no, if: 'target.arch == "amd64"'}
      attestations: [{predicate-type: https://example.org/p, source: "\${source.dir}/s"}]
    - {name: other, if: target.fips}
    - {name: wrong, outputs: [{source: /a, target: /a}, {source: "\${NOPE}/x", target: /x}]}
`),
    { file: "f" },
  );
  const [first, second, third] = definition.contents.builds;

  it("has its templates replaced, what is not for it left out, and others' names kept", () => {
    if (first === undefined) throw new Error("there is no build");
    expect(expandBuild(definition, first, { target, ...folders })).toMatchObject({
      name: "b ${SOMETHING}",
      uses: "example/go:1.2.3",
      contents: {
        packages: ["gcc-aarch64"],
        files: [{ url: "https://example.org/1.2.3-arm64.tgz", path: "/src/x" }],
        artifacts: [],
      },
      paths: [{ path: "/src/c", content: "/home/${OTHER}" }],
      environment: { PATH: "${PATH}:/out", V: "1.2.3" },
      "work-dir": "/src/compat",
      pipeline: [
        {
          name: "step ${OTHER}",
          runs: 'make V=1.2.3 DESTDIR=/out /home ${V:0:1} ${project.version} "#{name}"',
        },
        { with: { fips: "false", date: "${SOURCE_DATE_EPOCH}", list: ["1.2.3"] } },
      ],
      outputs: [{ source: "/out/bin", target: "/usr/lib/aarch64", uid: 0 }],
      attestations: [{ source: "/src/s" }],
    });
  });

  it("is none when its condition does not hold", () => {
    expect(second && expandBuild(definition, second, { target, ...folders })).toBeNull();
  });

  it("refuses an unknown name elsewhere, and says where", () => {
    const expand = () => third && expandBuild(definition, third, { target, ...folders });
    expect(expand).toThrow(
      expect.objectContaining({
        code: "DEFINITION_TEMPLATE_INVALID",
        message: "outputs[1].source: ${NOPE}: there is no NOPE",
        path: ["outputs", 1, "source"],
      }),
    );
  });
});
