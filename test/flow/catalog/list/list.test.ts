// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of definitions look like this
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildFromCatalog } from "../../../../src/flow/build.ts";
import { type ListFilter, wholeCatalog } from "../../../../src/flow/catalog/list/filter.ts";
import { listCatalog } from "../../../../src/flow/catalog/list/list.ts";
import type { ListedVariant } from "../../../../src/flow/catalog/list/model.ts";
import { showImage } from "../../../../src/flow/catalog/list/show.ts";
import type { Ports } from "../../../../src/flow/ports.ts";
import { scanReference } from "../../../../src/flow/scan.ts";
import { schemaProblems } from "../../../integration/json-schema.ts";
import { smallDefinition, smallSystem, smallWorld } from "../../../support/flow.ts";
import { supportLists } from "../../../support/support-lists.ts";
import { feedFolder, lines, osvDebian } from "../../../vuln/examples.ts";

const info = `metadata:
  display-name: Small thing
  short-description: It compresses.
  home-url: https://small.test/
  categories: [web-servers]
  licence: Zlib
  end-of-life-source: debian
`;

const version = "vars: { VERSION: '${package.libz1.version:^\\d+:(\\d+\\.\\d+)}' }\n";
const plain = `${smallDefinition}${version}dates: { end-of-life: "2026-12-31" }\n`;
const fips = `# syntax=hardpan/build:1-debian13
image: hardpan/small
flavor: compat
tags: [1-debian13-compat-fips-dev, "\${OTHER}-dev"]
variant: dev
fips-compliant: true
contents: { packages: [bash, apt] }
`;
const foreign = `# syntax=dhi.io/build:2-alpine3.24
image: dhi.io/other
tags: ["3", 3-alpine3.24]
contents: { packages: [apk-tools] }
accounts: { run-as: "1000", users: [] }
`;

const files = {
  "image/small/info.yaml": info,
  "image/small/debian-13/1.yaml": plain,
  "image/small/debian-13/1-fips-dev.yaml": fips,
  "image/other/info.yaml": "metadata: {display-name: Other, strange: [1]}\n",
  "image/other/alpine-3.24/3.yaml": foreign,
};

async function world(more: Readonly<Record<string, string>> = {}) {
  const made = await smallWorld({ ...files, ...more }, [...smallSystem, ...supportLists]);
  const notes: string[] = [];
  const ports: Ports = {
    ...made.ports,
    report: { step() {}, advance() {}, note: (text) => void notes.push(text) },
  };
  const list = async (filter: Partial<ListFilter> = {}, at: Ports = ports) => {
    const listing = await listCatalog({ ...wholeCatalog, ...filter }, at);
    expect(schemaProblems("catalog-list", JSON.parse(JSON.stringify(listing)))).toEqual([]);
    return listing.images;
  };
  const build = async () =>
    await buildFromCatalog({ kind: "image", name: "small:1", platforms: [], locked: null }, ports);
  return { ...made, ports, notes, list, build };
}

const nothing = { digest: null, builtAt: null, size: null, packages: null, vulnerabilities: null };

describe("a listing of the catalogue", () => {
  it("says of what was never built what its definition and Debian say, and no more", async () => {
    const { list, notes } = await world();
    const [other, small] = await list();
    expect(small).toMatchObject({
      ...{ name: "small", displayName: "Small thing", description: "It compresses.", categories: ["web-servers"] },
      licence: "Zlib",
    });
    expect(small?.variants).toEqual([
      {
        ...{ ...nothing, definition: "image/small/debian-13/1", variant: "runtime", flavor: null, distro: "debian-13" },
        ...{ tags: ["1", "1-debian13"], platforms: ["linux/amd64"], endOfLife: "2026-12-31", compliance: [] },
        ...{ user: "app", uid: 1000, shell: "", packageManager: "" },
        support: {
          by: [{ who: "debian-security", until: "2026-12-31" }],
          ...{ package: "libz1", limited: null, reason: null },
        },
      },
      {
        ...{ ...nothing, definition: "image/small/debian-13/1-fips-dev", variant: "dev", flavor: "compat" },
        ...{ distro: "debian-13", tags: ["1-debian13-compat-fips-dev"], platforms: ["linux/amd64", "linux/arm64"] },
        ...{ endOfLife: null, support: null, compliance: ["fips-mode"], user: "root", uid: 0 },
        ...{ shell: "bash", packageManager: "apt" },
      },
    ]);
    expect(other).toMatchObject({ displayName: "Other", description: null, licence: null });
    expect(other?.variants[0]).toMatchObject({ user: "1000", uid: 1000, shell: null, packageManager: null, support: null }); // biome-ignore format: one line
    expect(notes).toEqual([]);
  });

  it("says of what was built here what came of it, and of what was scanned what is in it", async () => {
    const { list, build, ports } = await world();
    const built = await build();
    const first = async (at?: Ports): Promise<ListedVariant | undefined> =>
      (await list({ built: true }, at))[0]?.variants[0];
    expect(await first()).toMatchObject({
      ...{ digest: built.index.index.descriptor.digest, tags: built.tags, builtAt: "2026-01-15T00:00:00.000Z" },
      ...{ user: "app", uid: 1000, shell: "", packageManager: "", packages: null, vulnerabilities: null },
      size: built.facts.map(({ size }) => size.compressed + (built.index.images[0]?.manifest.descriptor.size ?? 0))[0],
    });

    const { sbom } = await scanReference("catalog://small:1", { platform: null }, ports);
    expect(await first()).toMatchObject({ packages: sbom.packages.length, vulnerabilities: null });
    const advisories = await feedFolder({
      "debian.ndjson": lines(osvDebian("CVE-2026-0001", { glibc: "2.41-2" }, { ecosystem: "Debian:13" })),
    });
    const counted = { ...ports, advisories };
    const seen = await first(counted);
    expect(seen?.vulnerabilities).toMatchObject({ total: 1, fixable: 1, policy: "all", asOf: expect.any(String) });
    // The second answer is remembered, and the same.
    expect(await first(counted)).toEqual(seen);
  });

  it.each<[Partial<ListFilter>, readonly string[]]>([
    [{ words: ["COMPRESSES"] }, ["1", "1-fips-dev"]],
    [{ words: ["small", "fips"] }, ["1-fips-dev"]],
    [{ words: ["small:1-debian13"] }, ["1", "1-fips-dev"]],
    [{ words: ["nowhere"] }, []],
    [{ category: "web-servers" }, ["1", "1-fips-dev"]],
    [{ category: "security" }, []],
    [{ distro: "debian" }, ["1", "1-fips-dev"]],
    [{ distro: "alpine-3.24" }, ["3"]],
    [{ distro: "debian-1" }, []],
    [{ variant: "dev" }, ["1-fips-dev"]],
    [{ flavor: "" }, ["3", "1"]],
    [{ flavor: "compat" }, ["1-fips-dev"]],
    [{ fips: true }, ["1-fips-dev"]],
    [{ platform: "linux/arm64" }, ["3", "1-fips-dev"]],
    [{ support: "debian-security" }, ["1"]],
    [{ support: "unknown" }, ["3", "1-fips-dev"]],
    [{ support: "none" }, []],
    [{ built: true }, []],
  ])("is narrowed to %j", async (filter, found) => {
    const { list } = await world();
    const variants = (await list(filter)).flatMap((image) => image.variants);
    expect(variants.map(({ definition }) => definition.split("/").at(-1))).toEqual(found);
  });

  it("goes on without the archive where it is not at hand, and says so", async () => {
    const { list, ports, notes } = await world();
    const variants = (await list({ words: ["small"] }, { ...ports, offline: true }))[0]?.variants;
    expect(variants?.map(({ support }) => support)).toEqual([null, null]);
    expect(notes).toEqual([expect.stringMatching(/^what Debian supports in trixie is not known: /)]);
  });

  it("asks the archive once a day, and goes by what it said where it is out of reach then", async () => {
    const { list, ports } = await world();
    const support = async (at: Ports) => (await list({ words: ["small"] }, at))[0]?.variants[0]?.support;
    const known = await support(ports);
    const unreachable = { ...ports, mirrors: { ...ports.mirrors, main: ["http://127.0.0.1:9"], security: ["http://127.0.0.1:9"] } }; // biome-ignore format: one line
    expect(await support(unreachable)).toEqual(known);
    const later = { ...unreachable, now: () => new Date("2026-01-17T00:00:00Z") };
    expect(await support(later)).toEqual(known);
    const ended = { ...ports, now: () => new Date("2027-01-01T00:00:00Z") };
    expect((await support(ended))?.by).toEqual([{ who: "debian-lts", until: "2028-12-31" }]);
  });

  it("leaves out what is not valid, and says that there is some", async () => {
    const { list, notes } = await world({
      "image/bad/debian-13/1.yaml": "# syntax=hardpan/build:1-debian13\nimage: x\n",
      "image/small/info.yaml": info.replace("licence", "license"),
    });
    expect((await list()).map(({ name, displayName }) => [name, displayName])).toEqual([
      ["other", "Other"],
      ["small", "small"],
    ]);
    expect(notes).toEqual([
      "1 definition is not valid: see hardpan catalog check",
      "image/small/info.yaml is not valid: see hardpan catalog check",
    ]);
  });

  it("counts no vulnerabilities by advisories that cannot be used, and says so", async () => {
    const { list, ports, notes, directory, build } = await world();
    const advisories = join(directory, "index.sqlite");
    await writeFile(advisories, "no index");
    await list({}, { ...ports, advisories });
    expect(notes).toEqual([]);
    await build();
    expect(await list({ words: ["small"] }, { ...ports, advisories })).toHaveLength(1);
    expect(notes).toEqual([expect.stringMatching(/^vulnerabilities are not counted: cannot use the advisory index/)]);
  });
});

describe("a page on an image", () => {
  it("has all variants of a name, or the one of a tag, also of a more exact one or of a build", async () => {
    const { build, ports } = await world();
    const own = (await build()).tags.at(-1);
    const shown = async (reference: string) => {
      const page = await showImage({ reference, platform: null }, ports);
      expect(schemaProblems("catalog-show", JSON.parse(JSON.stringify(page.listing)))).toEqual([]);
      return page;
    };
    const all = await shown("small");
    expect(all.listing.images[0]?.variants.map(({ definition }) => definition)).toEqual([
      "image/small/debian-13/1",
      "image/small/debian-13/1-fips-dev",
    ]);
    expect(all.info?.homeUrl).toBe("https://small.test/");
    expect(all.definitions.get("image/small/debian-13/1")?.entrypoint).toEqual(["/usr/bin/app"]);
    for (const tag of ["1", "1.3-debian13", own]) {
      const one = await shown(`small:${tag}`);
      expect(one.listing.images[0]?.variants.map(({ definition }) => definition)).toEqual(["image/small/debian-13/1"]);
      expect(one.listing.images[0]?.variants[0]?.digest).toMatch(/^sha256:/);
    }
  });

  it("is none of what the catalogue does not have, or cannot read", async () => {
    const bad = { "image/bad/debian-13/1.yaml": "# syntax=hardpan/build:1-debian13\nimage: x\n" };
    const { ports } = await world(bad);
    const show = async (reference: string) => await showImage({ reference, platform: null }, ports);
    await expect(show("smal")).rejects.toMatchObject({ code: "CATALOG_NOT_FOUND", hint: "did you mean small?" });
    await expect(show("small:7")).rejects.toMatchObject({ code: "CATALOG_NOT_FOUND" });
    await expect(show("bad")).rejects.toMatchObject({ code: "DEFINITION_INVALID" });
  });
});
