import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { YamlValue } from "../../../src/definition/schema.ts";
import { actions } from "../../../src/pipeline/action/actions.ts";
import { actionScript } from "../../../src/pipeline/action/script.ts";
import { unsupportedNames } from "../../../src/pipeline/action/unsupported.ts";
import { PipelineError } from "../../../src/pipeline/error.ts";
import { run } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { contextIn, runAction } from "./run.ts";

/** For each action, a value for every input it has. */
const complete: Readonly<Record<string, Readonly<Record<string, YamlValue>>>> = {
  "go/build@v1": {
    ...{
      output: "out/app",
      packages: "./cmd/app",
      ldflags: ["-X a.b=c"],
      tags: ["netgo"],
      strip: "true",
      fips: "false",
    },
    ...{
      cgo_enabled: "1",
      trimpath: "true",
      tidy: "true",
      experiments: ["greenteagc"],
      "extra-args": "-buildmode=pie",
    },
    ...{ "extra-env": { A: "1" }, extra_env: ["B=2"] },
  },
  "go/bump@v1": {
    ...{ deps: ["example.org/m@v1.2.3"], replaces: ["example.org/n=./n"], dir: "." },
    ...{ upgrade: "true", tidy: "true", download: "true" },
  },
  "go/bump@v2": {
    ...{ deps: ["example.org/m@v1.2.3"], replaces: ["example.org/n=./n"] },
    ...{ downgrade: "true", tidy: "true", download: "true" },
  },
  "go/hermetic@v1": {},
  "git/checkout@v1": { "expected-commit": "0".repeat(40), dir: "." },
  "git/patch@v1": { patch: "a.patch", patches: ["b.patch"], options: "-p1", dir: "." },
  "patch@v1": { patch: "a.patch", patches: ["b.patch"], options: "-p1", dir: "." },
  "gpg/verify@v1": { file: "f", keys: ["k"], signature: "f.sig", "key-filter": "a@example.org" },
  "cosign/verify-blob@v1": {
    ...{ blob: "f", signature: "f.sigstore", "certificate-identity": "a@example.org" },
    ...{ "certificate-oidc-issuer": "https://example.org", offline: "true" },
  },
  "dpkg/source@v1": { file: "a.dsc", path: "a", "remove-original": "true" },
  "dpkg/patch@v1": { patches: ["a.patch"], apply: "true" },
  "dpkg/bump@v1": { version: "1.0-1", changelog: ["Rebuild"] },
  "dpkg/build@v1": { args: "-b -uc -us", options: "nocheck" },
  "deb/build@v1": { control: "control", dir: "." },
  "deb/install@v1": { files: ["*.deb"] },
  "npm/bump@v1": { bumps: "bumps.json", "npm-root": ".", "omit-dev": "true" },
  "yarn/bump@v2": { bumps: "bumps.json", "yarn-root": "." },
  "mvn/patch@v1": {
    ...{ "mvn-root": ".", dependencies: "d.json", "dependencies-key": "dependencies", properties: "p.json" },
    downgrade: "true",
  },
  "mvn/mirror@v1": {},
  "gradle/mirror@v1": {},
  "strip@v1": { dir: "." },
  "spdx@v1": { name: "app", version: "1.0", license: "MIT", purl: "pkg:generic/app@1.0" },
};

const context = contextIn("/stage");

function failure(uses: string, inputs: Readonly<Record<string, YamlValue>> = {}): PipelineError {
  try {
    actionScript(uses, inputs, context);
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  throw new Error(`${uses} was taken`);
}

describe("an action's name", () => {
  it("that is unknown fails with file, build, step, what is near and what is known", () => {
    const error = failure("go/biuld@v1");
    expect(error.code).toBe("PIPELINE_ACTION_UNKNOWN");
    expect(error.message).toBe(
      'image/app/debian-13/1.yaml: build "app", step "make it": there is no action "go/biuld@v1"',
    );
    expect(error.hint).toMatch(/^did you mean go\/build@v1/);
    for (const { name } of actions) expect(error.hint).toContain(name);
  });

  it("without version, or of another, points to the one there is", () => {
    expect(failure("git/checkout").hint).toContain("did you mean git/checkout@v1");
    expect(failure("go/bump@v3").hint).toContain("go/bump@v2");
  });

  it.each([
    ...["abuild/build@v1", "abuild/apk@v1", "dhi/build-pkg:0", "helm/rudder@v1", "yq/patch@v1", "sbom@v1"],
    ...["npm/patch@v1", "yarn/bump@v1", "yarn/patch@v1", "dpkg/upload@v1", "dpkg/extract@v1"],
  ])("%s is known and refused with a reason and a way out", (uses) => {
    const error = failure(uses);
    expect(error.code).toBe("PIPELINE_ACTION_UNSUPPORTED");
    expect(error.message).toContain(`build "app", step "make it": ${uses} cannot be run here: `);
    expect(error.hint).not.toBe(undefined);
  });

  it("is either offered or refused, not both", () => {
    expect(actions.filter(({ name }) => unsupportedNames.some((known) => name.startsWith(known)))).toEqual([]);
    expect(new Set(actions.map(({ name }) => name)).size).toBe(actions.length);
  });
});

describe("an action's inputs", () => {
  it("are all in this test", () => {
    const inputs = (record: Readonly<Record<string, object>>) =>
      Object.entries(record).map(([name, keys]) => [name, Object.keys(keys).sort()]);
    expect(inputs(complete)).toEqual(inputs(Object.fromEntries(actions.map(({ name, inputs }) => [name, inputs]))));
  });

  it("with an unknown key fail with the key that is meant", () => {
    const error = failure("go/build@v1", { output: "a", ldflag: "-s" });
    expect(error.code).toBe("PIPELINE_ACTION_INPUT");
    expect(error.message).toBe(
      'image/app/debian-13/1.yaml: build "app", step "make it": go/build@v1, `ldflag`: there is no such input',
    );
    expect(error.hint).toMatch(/^did you mean `ldflags`\? known are output, packages/);
  });

  it.each(
    actions.flatMap(({ name, inputs }) =>
      Object.keys(inputs)
        .filter((key) => inputs[key] === "required")
        .map((key) => [name, key] as const),
    ),
  )("of %s without `%s` fail", (name, key) => {
    const { [key]: _left, ...others } = complete[name] ?? {};
    expect(failure(name, others).message).toContain(`${name}, \`${key}\`: must be given`);
    expect(failure(name, { ...others, [key]: "" }).code).toBe("PIPELINE_ACTION_INPUT");
  });

  it.each(actions.flatMap(({ name, inputs }) => Object.keys(inputs).map((key) => [name, key] as const)))(
    "of %s with a `%s` of another type fail",
    (name, key) => {
      const error = failure(name, { ...complete[name], [key]: [{ "not-a-name": ["deep"] }] });
      expect(error.code).toBe("PIPELINE_ACTION_INPUT");
      expect(error.message).toContain(`${name}, \`${key}\`: `);
    },
  );

  it.each([
    ["go/build@v1", { output: "a", strip: "yes" }, "must be true or false"],
    ["go/build@v1", { output: "a", "extra-env": { "A B": "1" } }, '"A B" cannot be a variable\'s name'],
    ["go/build@v1", { output: "a", "extra-env": "novalue" }, '"novalue" is not NAME=value'],
    ["go/build@v1", { output: "a", "extra-args": "-tags 'x" }, "a quote is not closed"],
    ["go/build@v1", { output: "a\0b" }, "NUL"],
    ["go/build@v1", { output: "a", ldflags: "-X a.b=$(git describe)" }, "asks for a command"],
    ["go/bump@v2", { deps: ["example.org/m"] }, "is not MODULE@VERSION"],
    ["go/bump@v1", { replaces: ["example.org/m"] }, "is not OLD"],
    ["git/checkout@v1", { "expected-commit": "main" }, "whole commit id"],
    ["patch@v1", { options: "-p1" }, "neither `patch` nor `patches`"],
    ["dpkg/bump@v1", { version: "v1" }, "is not a Debian version"],
    ["mvn/patch@v1", { "mvn-root": "." }, "neither `dependencies` nor `properties`"],
    ["spdx@v1", { ...complete["spdx@v1"], name: "../../etc" }, "becomes a folder's name"],
    ["spdx@v1", { ...complete["spdx@v1"], purl: "app@1" }, "must be a package URL"],
  ] as const)("of %s such as %j fail: %s", (name, inputs, message) => {
    const error = failure(name, inputs);
    expect(error.code).toBe("PIPELINE_ACTION_INPUT");
    expect(error.message).toContain(message);
  });
});

describe("an action's script", () => {
  it.each(Object.entries(complete))("of %s stops at the first failure, and the shell can read it", (name, inputs) => {
    const action = actionScript(name, inputs, context);
    expect(action.script.startsWith("set -eu\n")).toBe(true);
    run(action.shell, ["-n", "-c", action.script]);
    expect(action.environment["SOURCE_DATE_EPOCH"]).toBe("1785578400");
  });

  it.each(Object.entries(complete))(
    "of %s is the same each time, and the same without the values' order",
    (name, inputs) => {
      const reversed = Object.fromEntries(Object.entries(inputs).toReversed());
      expect(actionScript(name, reversed, context)).toEqual(actionScript(name, inputs, context));
    },
  );
});

/** Programs that do nothing and succeed, so that all lines of the scripts are reached. */
function placeholders(folder: string, programs: readonly string[]): string {
  mkdirSync(join(folder, "bin"));
  for (const program of programs) {
    writeFileSync(join(folder, "bin", program), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  }
  mkdirSync(join(folder, "src"));
  for (const file of ["a.patch", "b.patch", "control", "a.dsc"]) writeFileSync(join(folder, "src", file), "");
  return join(folder, "bin");
}
const special = [
  ...["go", "git", "patch", "gpg", "cosign", "dpkg-source", "dpkg-parsechangelog", "dpkg-buildpackage", "dpkg-deb"],
  ...["dpkg", "node", "npm", "yarn", "java", "strip", "make", "gcc"],
];

describe("an action's programs", () => {
  it.each(Object.entries(complete))("of %s are all that its script calls", async (name, inputs) => {
    const folder = await temporaryFolder();
    const { programs } = actionScript(name, inputs, contextIn(folder));
    const bin = placeholders(
      folder,
      programs.filter((program) => special.includes(program)),
    );
    for (const program of ["sh", ...programs.filter((known) => !special.includes(known))]) {
      symlinkSync(run("sh", ["-c", `command -v ${program}`]).trim(), join(bin, program));
    }
    const environment = { PATH: bin, MAVEN_MIRROR_URL: "https://example.org", MAVEN_USER: "ann" };
    expect(runAction(folder, name, { inputs, environment }).output).not.toContain("not found");
  });
});

describe("hostile inputs", () => {
  const attacks = (file: string): readonly string[] => [
    ...[`$(touch ${file})`, `\`touch ${file}\``, `'; touch ${file}; '`, `"; touch ${file}; "`, `x\ntouch ${file}\n`],
    ...[
      `x | touch ${file}`,
      `x && touch ${file} #`,
      `\${X:-$(touch ${file})}`,
      `<(touch ${file})`,
      `x\\'; touch ${file} #`,
    ],
    ...[`x@v1;touch\${IFS}${file}`, `A=1;touch\${IFS}${file}`, `%s' ; touch ${file}`, `pkg:a/$(touch\${IFS}${file})`],
  ];
  const cases = Object.entries(complete).flatMap(([name, inputs]) =>
    Object.keys(inputs).map((key) => [name, key] as const),
  );

  it.each(cases)("run nothing: %s, `%s`", async (name, key) => {
    const folder = await temporaryFolder();
    const canary = join(folder, "canary");
    const bin = placeholders(folder, special);
    const environment = { PATH: `${bin}:/usr/bin:/bin`, MAVEN_MIRROR_URL: "https://example.org" };
    for (const attack of attacks(canary)) {
      for (const value of [attack.includes("\n") ? [attack] : attack, { [attack]: "x" }, { X: attack }]) {
        try {
          runAction(folder, name, { inputs: { ...complete[name], [key]: value }, environment });
        } catch (error) {
          expect(error).toMatchObject({ code: "PIPELINE_ACTION_INPUT" });
        }
        expect(existsSync(canary), `${name} ${key} ${JSON.stringify(value)}`).toBe(false);
      }
    }
  });

  it("would be noticed", async () => {
    const folder = await temporaryFolder();
    const [attack = ""] = attacks(join(folder, "canary"));
    run("sh", ["-c", `echo ${attack}`]);
    expect(existsSync(join(folder, "canary"))).toBe(true);
  });
});
