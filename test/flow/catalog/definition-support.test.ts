// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of definitions look like this
import { describe, expect, it } from "vitest";
import { parseSubstitutions } from "../../../src/catalog/substitution.ts";
import { readDefinition } from "../../../src/definition/parse.ts";
import { definitionSupport, type SupportSources } from "../../../src/flow/catalog/definition-support.ts";

const substitutions = await parseSubstitutions(
  "nodejs-24:\n  npm: node\n  range: 24.x\n  component: { type: generic, name: node }\n  files: [{ from: bin/node, to: usr/bin/node }]\n",
  { file: "substitutions.yaml" },
);

/** Packages of the archive, each with its source package. */
const sources: Readonly<Record<string, string>> = {
  "base-files": "base-files",
  "openjdk-21-jre": "openjdk-21",
  "postgresql-17": "postgresql-17",
  bash: "bash",
  nodejs: "nodejs",
};

const world: SupportSources = {
  index: {
    find: (name) => {
      const source = sources[name];
      const version = "17.6-1";
      return source === undefined ? [] : [{ version, source: { name: source, version } }];
    },
  },
  debian: {
    lifetime: { series: "trixie", eol: "2028-08-09", lts: null },
    listed: (name) => ({
      ended: null,
      limited: { package: name, state: "limited", version: null, date: null, note: `of ${name}` },
    }),
  },
  substitutions,
  today: "2026-11-27",
};

function support(image: string, more: string, { syntax = "hardpan/build:1-debian13", sources: at = world } = {}) {
  const text = `# syntax=${syntax}\nimage: hardpan/${image}\ntags: ["1", trixie]\n${more}`;
  return definitionSupport(readDefinition(text, { file: "x.yaml" }), at);
}

const packages = (...names: readonly string[]) => `contents: {packages: ${JSON.stringify(names)}}\n`;
const byDebian = (name: string, source: string) => ({
  kind: "known",
  support: { package: name, limited: `of ${source}`, by: [{ who: "debian-security", until: "2028-08-09" }] },
});

describe("the support of a definition", () => {
  it("is that of the source package of the first package that its VERSION names", () => {
    const version = 'vars: {VERSION: "${package.openjdk-21-jre.version:^(17)}+${package.bash.version}"}\n';
    expect(support("java", version)).toMatchObject(byDebian("openjdk-21-jre", "openjdk-21"));
  });

  it("is that of the package the image is named after, where VERSION names none", () => {
    expect(support("postgres", packages("bash", "postgresql-17"))).toMatchObject(byDebian("postgresql-17", "postgresql-17")); // biome-ignore format: one line
  });

  it("is that of base-files for an image that is Debian itself", () => {
    expect(support("debian-base", packages("bash"))).toMatchObject(byDebian("base-files", "base-files"));
  });

  it("is its makers' alone for a package that comes from elsewhere", () => {
    const version = 'vars: {VERSION: "${package.nodejs-24.version}"}\n';
    expect(support("node", `${version}dates: {end-of-support: "2028-04-30"}\n`)).toMatchObject({
      support: { by: [{ who: "upstream", until: "2028-04-30" }], package: "nodejs-24", limited: null },
    });
    expect(support("node", `${version}dates: {end-of-life: "2028-04-30"}\n`).kind).toBe("unknown");
    expect(support("node", packages("nodejs-24")).kind).toBe("unknown");
  });

  it("is to the end of life for another publisher's definition, which has no other date", () => {
    const theirs = { syntax: "dhi.io/build:2-alpine3.24" };
    const dates = 'dates: {end-of-life: "2028-04-30T00:00:00Z"}\n';
    expect(support("x", dates, theirs)).toMatchObject({ support: { by: [{ who: "upstream", until: "2028-04-30" }] } });
    expect(support("x", packages("bash"), theirs)).toMatchObject({ kind: "unknown" });
  });

  it("is not known by what Debian says where its archive is not at hand", () => {
    const nothing = { ...world, index: null, debian: null };
    const version = 'vars: {VERSION: "${package.bash.version}"}\n';
    expect(support("bash", version, { sources: nothing })).toMatchObject({
      kind: "unknown",
      open: "what Debian says is not known",
    });
  });
});
