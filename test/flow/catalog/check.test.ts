// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of definitions look like this
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkCatalog } from "../../../src/flow/catalog/check.ts";
import type { CatalogCheck, CheckedDefinition } from "../../../src/flow/catalog/model.ts";
import { schemaProblems } from "../../integration/json-schema.ts";
import { makeDebianArchive, type TestPackage } from "../../support/debian-archive.ts";
import { flowPorts, makeCatalog, smallDefinition, smallSystem } from "../../support/flow.ts";
import { makePublicCatalog } from "../../support/public-catalog.ts";
import { supportLists } from "../../support/support-lists.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** Debian supports nginx, and consul no longer. */
const listed: readonly TestPackage[] = [
  ...supportLists,
  { name: "nginx", version: "1.26.3-3" },
  { name: "consul", version: "1.10.12-1" },
];

const packages: readonly TestPackage[] = [
  ...smallSystem,
  { name: "caddy", version: "2.6.2-12", architecture: "amd64" },
  { name: "caddy", version: "2.6.2-12", architecture: "arm64" },
  { name: "only-amd64", version: "1", architecture: "amd64" },
  { name: "needs-other", version: "1", depends: "nowhere (>= 2)" },
  { name: "mawk", version: "1.3", provides: "awk" },
  { name: "bash", version: "5.2.37-2" },
  { name: "locales", version: "2.41" },
];

async function check(
  files: Readonly<Record<string, string>>,
  { offline = false, more = [] }: { readonly offline?: boolean; readonly more?: readonly TestPackage[] } = {},
): Promise<CatalogCheck> {
  const folder = await temporaryFolder();
  const catalog = await makeCatalog(join(folder, "catalog"), files);
  const archive = await makeDebianArchive({
    directory: join(folder, "archive"),
    packages: [...packages, ...more],
    architectures: ["amd64", "arm64"],
  });
  const result = await checkCatalog(await flowPorts({ archive, catalog, cache: join(folder, "cache"), offline }));
  expect(schemaProblems("catalog-check", JSON.parse(JSON.stringify(result)))).toEqual([]);
  return result;
}

const place = "image/x/debian-13/1.yaml";
const text = (more: string, syntax = "dhi.io/build:2-debian13") =>
  `# syntax=${syntax}\nimage: dhi.io/x\ntags: ["1"]\n${more}`;

async function one(more: string, syntax?: string): Promise<CheckedDefinition> {
  const { definitions } = await check({ [place]: text(more, syntax) });
  const [only] = definitions;
  if (only === undefined || definitions.length !== 1) throw new Error("there is not one definition");
  return only;
}

const wanting = (...items: readonly string[]) => `contents: {packages: ${JSON.stringify(items)}}\n`;

describe("a definition", () => {
  it("is buildable of packages, substitutes that come with Hardpan, and steps without network", async () => {
    const found = await one(`contents:
  packages: ["!debconf", "!nowhere", bash, ca-certificates-bundle, nodejs-24, tzdata]
  builds:
    - name: locale
      contents: {packages: [bash, locales]}
      pipeline: [{runs: locale-gen}]
      outputs: [{source: /usr/lib/locale, target: /usr/lib/locale}]
`);
    expect(found).toMatchObject({ status: "buildable", missing: [], needs: [], problems: [], notes: [] });
  });

  it("lacks packages, of the image or of a build, and pins that the archive does not have", async () => {
    const found = await one(`contents:
  packages: [golang-1.26, tzdata=2026a-1, libz1=1:1.2-1, nodejs-24=24.19.0-0]
  builds: [{name: b, contents: {packages: [yq-go]}, pipeline: [{runs: make}]}]
platforms: [linux/amd64]
`);
    expect(found.status).toBe("missing-packages");
    expect(found.missing).toEqual(["golang-1.26", "libz1=1:1.2-1", "nodejs-24=24.19.0-0", "yq-go"]);
  });

  it("lacks a package that is only provided, or is there for one platform only", async () => {
    const found = await one(wanting("awk", "only-amd64"));
    expect(found.missing).toEqual(["awk", "only-amd64"]);
    expect(found.notes).toEqual([
      "awk is only provided, by mawk: list one of them",
      "only-amd64 is missing for linux/arm64 only",
    ]);
  });

  it("lacks what its packages depend on", async () => {
    expect(await one(wanting("needs-other"))).toMatchObject({
      status: "missing-packages",
      missing: ["needs-other → nowhere (>= 2)"],
      notes: ["amd64", "arm64"].map((name) => expect.stringMatching(`there is no nowhere .* for ${name}$`)),
    });
    expect((await one(wanting("needs-other", "!nowhere"))).status).toBe("buildable");
  });

  it("needs sources, and the packages it lacks besides are named", async () => {
    const found = await one("contents: {packages: [golang-1.26], artifacts: [{name: 'example/static:1'}]}\n");
    expect(found).toMatchObject({
      status: "needs-source",
      needs: ["artifact: example/static:1"],
      missing: ["golang-1.26"],
    });
  });

  it("of another distribution needs that, and no archive is asked", async () => {
    const found = await one(wanting("apk-tools"), "dhi.io/build:2-alpine3.24");
    expect(found).toMatchObject({ status: "needs-source", needs: ["distribution: alpine-3.24"], missing: [] });
    expect(found.distribution).toBe("alpine-3.24");
  });

  it("whose tags name another version than is packaged gets those of that version", async () => {
    const caddy = text(wanting("caddy"), "dhi.io/build:2-debian13")
      .replace("dhi.io/x", "dhi.io/caddy")
      .replace('["1"]', '["2", "2.11.4"]');
    const { definitions } = await check({ [place]: caddy });
    expect(definitions[0]).toMatchObject({
      status: "buildable",
      tags: ["2", "2.11.4"],
      version: { package: "caddy", version: "2.6.2", tags: ["2", "2.6", "2.6.2"], dropped: ["2.11.4"] },
      notes: ["the tags name another version than 2.6.2, which caddy has here"],
    });
  });

  it("in Hardpan's own format with an unknown name in a template is invalid there", async () => {
    const own = "hardpan/build:1-debian13";
    const more = 'contents:\n  packages:\n    - bash\n    - "x-${NOPE}"\n';
    expect(await one(more, own)).toMatchObject({
      status: "invalid",
      problems: [{ line: 7, column: 7, path: "contents.packages[1]", message: "${NOPE}: there is no NOPE" }],
    });
    const inBuild = "contents: {builds: [{name: b, outputs: [{source: '${NOPE}', target: /x}]}]}\n";
    expect((await one(inBuild, own)).problems).toEqual([
      { line: 4, column: 50, path: "contents.builds[0].outputs[0].source", message: "${NOPE}: there is no NOPE" },
    ]);
    const hosted = "registry.test/hardpan/build:1-debian13";
    expect((await one('vars: {A: "${B}", B: "${A}"}\ncmd: ["${A}"]\n', hosted)).status).toBe("invalid");
  });

  it("of another publisher with an unknown name needs that publisher's builder", async () => {
    expect(await one(wanting("x-${NOPE}"))).toMatchObject({
      status: "needs-source",
      needs: ["template: contents.packages[0]: ${NOPE}: there is no NOPE"],
    });
  });

  it("knows the versions that its templates name", async () => {
    const more =
      'vars: {V: "${package.tzdata.version}"}\ncontents: {packages: [tzdata, "libz${V:^(20)}"], builds: []}\n';
    expect((await one(more, "hardpan/build:1-debian13")).missing).toEqual(["libz20"]);
  });
});

describe("a version that nobody supports", () => {
  const own = (name: string, dates: string) =>
    `# syntax=hardpan/build:1-debian13\nimage: hardpan/${name}\ntags: [1-debian13]\nvars:\n  VERSION: \${package.${name}.version:^(\\d+)}\ncontents: {packages: [${name}]}\n${dates}`;
  const checked = async (name: string, dates: string, syntax = "hardpan/build:1") => {
    const definition = own(name, dates).replace("hardpan/build:1", syntax);
    const result = await check({ [`image/${name}/debian-13/1.yaml`]: definition }, { more: listed });
    return result.definitions[0];
  };

  it("is a problem of its definition, with the reason", async () => {
    const ended = 'dates:\n  end-of-support: "2025-12-31"\n';
    expect(await checked("consul", ended)).toMatchObject({
      status: "invalid",
      problems: [
        {
          line: 8,
          column: 3,
          path: "dates",
          message:
            "nobody supports this version on 2026-01-15: its makers' support ended on 2025-12-31; Debian does not support consul since 2025-09-20: No longer free",
        },
      ],
    });
    expect((await checked("consul", ""))?.problems).toEqual([
      {
        line: 2,
        column: 1,
        path: "dates",
        message:
          "nobody is known to support this version on 2026-01-15: Debian does not support consul since 2025-09-20: No longer free; dates.end-of-support does not say how long its makers do",
      },
    ]);
  });

  it("is none that Debian supports, or its makers do", async () => {
    expect(await checked("nginx", 'dates: {end-of-support: "2025-12-31"}\n')).toMatchObject({ status: "buildable" });
    expect(await checked("consul", 'dates: {end-of-support: "2026-01-15"}\n')).toMatchObject({ status: "buildable" });
  });

  it("is a note of another publisher's definition, whose only date is that of the makers", async () => {
    const ended = await checked("consul", 'dates: {end-of-life: "2025-12-31"}\n', "dhi.io/build:2");
    expect(ended).toMatchObject({ problems: [], notes: [expect.stringMatching(/^nobody supports this version on/)] });
    expect(await checked("consul", 'dates: {end-of-life: "2026-12-31"}\n', "dhi.io/build:2")).toMatchObject({
      problems: [],
      notes: [],
    });
  });

  it("is not known where the archive has no lists of it", async () => {
    const found = await one(wanting("bash"), "hardpan/build:1-debian13");
    expect(found).toMatchObject({
      status: "buildable",
      notes: ["who supports it is not known: dates.end-of-support does not say how long its makers do"],
    });
  });
});

describe("a catalogue", () => {
  it("is summed up, with the packages that would help most", async () => {
    const result = await check({
      "image/small/debian-13/1.yaml": smallDefinition,
      "image/small/debian-13/settings.yaml": "not: a definition\n",
      "image/small/config/other.yaml": "neither: [\n",
      "image/a/debian-13/1.yaml": text(wanting("zz", "yy")).replace("dhi.io/x", "dhi.io/a"),
      "image/b/debian-13/1.yaml": text(wanting("zz")).replace("dhi.io/x", "dhi.io/b"),
      "image/c/alpine-3.24/1.yaml": text("", "dhi.io/build:2-alpine3.24"),
      "image/d/debian-13/1.yaml": text("foo: 1\n"),
    });
    expect(result).toMatchObject({
      schema: "hardpan/catalog-check/1",
      totals: { definitions: 5, images: 4, tags: 5, buildable: 1, missingPackages: 2, needsSource: 1, invalid: 1 },
      missing: [
        { name: "zz", definitions: 2 },
        { name: "yy", definitions: 1 },
      ],
      skipped: ["image/small/debian-13/settings.yaml"],
    });
    expect(result.definitions.map(({ path, status }) => [path, status])).toEqual([
      ["image/a/debian-13/1.yaml", "missing-packages"],
      ["image/b/debian-13/1.yaml", "missing-packages"],
      ["image/c/alpine-3.24/1.yaml", "needs-source"],
      ["image/d/debian-13/1.yaml", "invalid"],
      ["image/small/debian-13/1.yaml", "buildable"],
    ]);
    expect(result.definitions[3]?.problems).toEqual([{ line: 4, column: 1, path: "foo", message: "unknown key" }]);
  });

  it("in which two definitions have one tag says so of both, with both places", async () => {
    const other = "image/x/debian-13/2.yaml";
    const { definitions, totals } = await check({
      [place]: text(""),
      [other]: `# syntax=dhi.io/build:2-debian13\nimage: dhi.io/x\nincludes: [image/x/include/tags.yaml]\n`,
      "image/x/include/tags.yaml": 'tags:\n  - "2"\n  - "1"\n',
    });
    expect(totals.invalid).toBe(2);
    expect(definitions.map(({ problems }) => problems)).toEqual([
      [
        {
          line: 3,
          column: 8,
          path: "tags[0]",
          message: `the tag 1 is also one of ${other}, at image/x/include/tags.yaml:3:5; a tag belongs to one definition`,
        },
      ],
      [
        {
          file: "image/x/include/tags.yaml",
          line: 3,
          column: 5,
          path: "tags[1]",
          message: `the tag 1 is also one of ${place}, at ${place}:3:8; a tag belongs to one definition`,
        },
      ],
    ]);
  });

  it("in which the version of one definition gives it a tag of another says so of both", async () => {
    const other = "image/caddy/debian-13/other.yaml";
    const caddy = (tags: string) =>
      `# syntax=hardpan/build:1-debian13\nimage: hardpan/caddy\ntags: ${tags}\nvars: {VERSION: '\${package.caddy.version:^(\\d+\\.\\d+)}'}\ncontents: {packages: [caddy]}\n`;
    const { definitions } = await check({
      "image/caddy/debian-13/1.yaml": caddy("[2-debian13]"),
      [other]: caddy("[2.6-debian13]"),
    });
    const [first, second] = definitions.map(({ problems }) => problems);
    const at = { line: 3, column: 7 };
    expect(first).toEqual([
      {
        ...{ ...at, path: "tags" },
        message: `the tag 2.6-debian13, which its version adds, is also one of ${other}, at ${other}:3:8; a tag belongs to one definition`,
      },
    ]);
    expect(second).toMatchObject([{ line: 3, column: 8, path: "tags[0]" }]);
  });

  it("has the information on its images checked, and dates that are said to be Debian's", async () => {
    const info = (name: string, more: string) => ({
      [`image/${name}/info.yaml`]: `metadata:\n  display-name: A\n  short-description: A thing.\n  home-url: https://a.test/\n  categories: [security]\n  licence: MIT\n  end-of-life-source: debian\n${more}`,
    });
    const definition = (name: string, syntax: string, day: string) => ({
      [`image/${name}/debian-13/1.yaml`]: `# syntax=${syntax}-debian13\nimage: ${name}\ntags: ["1"]\ncontents: {packages: [nginx]}\ndates: {end-of-life: "${day}"}\n`,
    });
    const files = {
      ...{ ...info("a", "  license: MIT\n"), ...definition("a", "hardpan/build:1", "2030-01-01") },
      ...{ ...info("b", ""), ...definition("b", "hardpan/build:1", "2030-01-01") },
      ...{ ...info("c", ""), ...definition("c", "hardpan/build:1", "2028-12-31") },
      ...{ ...info("d", "  license: MIT\n"), ...definition("d", "dhi.io/build:2", "2028-12-31") },
    };
    const { information, definitions } = await check(files, { more: listed });
    expect(information).toEqual([
      {
        path: "image/a/info.yaml",
        problems: [{ line: 8, column: 3, path: "metadata.license", message: "unknown key; did you mean `licence`?" }],
      },
    ]);
    expect(definitions.map(({ problems }) => problems.map(({ message }) => message))).toEqual([
      [],
      [
        "2030-01-01 is not Debian's: trixie is supported until 2026-12-31 by its security team, and until 2028-12-31 by its long-term support team",
      ],
      [],
      [],
    ]);
  });

  it("cannot be checked offline when the archive's index was never fetched", async () => {
    await expect(check({ [place]: text("") }, { offline: true })).rejects.toMatchObject({ code: "APT_OFFLINE" });
  });

  it("like the public one is valid throughout, and the second check says the same", async () => {
    const folder = await temporaryFolder();
    const catalog = join(folder, "catalog");
    await makePublicCatalog(catalog, { definitions: 200 });
    const archives = await Promise.all(
      ["trixie", "bookworm"].map(
        async (codename) =>
          await makeDebianArchive({
            directory: join(folder, codename),
            packages,
            codename,
            architectures: ["amd64", "arm64"],
          }),
      ),
    );
    const [trixie, bookworm] = archives;
    if (trixie === undefined || bookworm === undefined) throw new Error("there are no archives");
    const mirrors = {
      main: archives.flatMap((archive) => archive.mirrors.main),
      security: archives.flatMap((archive) => archive.mirrors.security),
    };
    const ports = await flowPorts({ archive: { ...trixie, mirrors }, catalog, cache: join(folder, "cache") });
    const first = await checkCatalog(ports);
    expect(first.totals).toMatchObject({ definitions: 200, invalid: 0 });
    expect(first.definitions.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(first.totals.buildable + first.totals.missingPackages + first.totals.needsSource).toBe(200);
    expect(await checkCatalog(ports)).toEqual(first);
    expect(schemaProblems("catalog-check", JSON.parse(JSON.stringify(first)))).toEqual([]);
  });
});
