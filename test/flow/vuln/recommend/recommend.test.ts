import { describe, expect, it, onTestFinished } from "vitest";
import { copy } from "../../../../src/content/copy.ts";
import { createMemoryStore } from "../../../../src/content/memory.ts";
import type { Ports } from "../../../../src/flow/ports.ts";
import { type RecommendRequest, recommend } from "../../../../src/flow/vuln/recommend/recommend.ts";
import { noVex } from "../../../../src/flow/vuln/vex-request.ts";
import type { Descriptor } from "../../../../src/oci/descriptor.ts";
import { encodeIndex } from "../../../../src/oci/image-index.ts";
import { mediaTypes } from "../../../../src/oci/media-type.ts";
import { parseReference } from "../../../../src/oci/reference.ts";
import { openRepository } from "../../../../src/remote/repository.ts";
import { renderRecommendations } from "../../../../src/vuln/recommend/text.ts";
import { ourProblems } from "../../../sbom/schema.ts";
import { smallDefinition, smallSystem } from "../../../support/flow.ts";
import { startRegistry } from "../../../support/registry.ts";
import { pushTinyImage, put, type TinyImage } from "../../../support/tiny-image.ts";
import { type Feeds, lines, osvDebian, osvNpm } from "../../../vuln/examples.ts";
import { vex } from "../vex-documents.ts";
import { cve, debianLayer, type WorldOptions, world, writeImages } from "../world.ts";

const platform = { os: "linux", architecture: "amd64" };
const feeds: Feeds = {
  "osv.ndjson": lines(
    osvDebian(cve, { bash: null }, { ecosystem: "Debian:13", urgency: "high" }),
    osvDebian("CVE-2026-0002", { zlib: "1:1.3-2" }, { ecosystem: "Debian:13", urgency: "low" }),
  ),
  "npm.ndjson": lines(osvNpm("GHSA-aaaa-aaaa-aaaa", "left", [{ introduced: "0" }, { fixed: "2.0.0" }])),
};
const zlib = (version: string) => ({ version, source: "zlib" });
const layers = {
  old: debianLayer({ bash: "5.2-1", zlib1g: zlib("1:1.3-1") }),
  patched: debianLayer({ bash: "5.2-1", zlib1g: zlib("1:1.3-2") }),
  bare: debianLayer({ zlib1g: zlib("1:1.3-2") }),
  app: { "app/node_modules/left/package.json": JSON.stringify({ name: "left", version: "1.0.0" }) },
};

/** A registry with `team/base:1.0`, and `team/app:1` on top of it, whose labels name it. */
async function registryWorld(options: WorldOptions = {}) {
  const made = await world({ feeds, ...options });
  const registry = await startRegistry({ referrers: true });
  onTestFinished(async () => await registry.close());
  const store = createMemoryStore();
  const push = async (reference: Descriptor, name: string) => {
    const parsed = parseReference(`${registry.host}/team/${name}`);
    const repository = openRepository(parseReference(`${registry.host}/${parsed.repository}`), made.ports.registries);
    await copy(store, repository, { reference, targetReferences: [parsed.tag ?? "latest"] });
    return reference;
  };
  const image = async (name: string, about: TinyImage) => await push(await pushTinyImage(store, about), name);
  const base = await image("base:1.0", { layers: [layers.old] });
  const labels = {
    "org.opencontainers.image.base.name": `${registry.host}/team/base:1.0`,
    "org.opencontainers.image.base.digest": base.digest,
  };
  await image("app:1", { layers: [layers.old, layers.app], container: { labels } });
  const reference = (name: string) => `registry://${registry.host}/team/${name}`;
  // What an image is made from is known once it has been looked at.
  await made.cves(reference("base:1.0"));
  const ask = async (request: Partial<RecommendRequest> = {}, ports: Partial<Ports> = {}) =>
    await recommend(
      {
        ...{ reference: reference("app:1"), platform: null, base: null, only: [], tag: null },
        ...{ policy: "all", archive: "never", maxAge: null, vex: noVex, ...request },
      },
      { ...made.ports, ...ports },
    );
  return { ...made, registry, store, push, image, base, ask, reference };
}

type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof registryWorld>>["ask"]>>;

/** One line for each recommendation. */
function briefly({ recommendations }: Answer): readonly string[] {
  return recommendations.map(
    ({ kind, reference, removes, adds, vulnerabilities }) =>
      `${kind} ${reference?.replace(/^registry:\/\/127\.0\.0\.1:\d+\/team\//, "").replace(/@.*/, "") ?? "-"} -${removes} +${adds} leaves ${vulnerabilities.total}`,
  );
}

describe("what is recommended for an image whose base has moved on", () => {
  it("is to build anew, to take a newer tag and to update packages, most removed first", async () => {
    const { ask, image, registry, base } = await registryWorld();
    const now = await image("base:1.0", { layers: [layers.patched] });
    for (const tag of ["1.1", "1.1-slim", "latest", "0.9"]) await image(`base:${tag}`, { layers: [layers.patched] });
    await image("base:2.0", { layers: [layers.bare] });
    const found = await ask();
    expect(briefly(found)).toEqual([
      "update base:2.0 -2 +0 leaves 1",
      "refresh base:1.0 -1 +0 leaves 2",
      "update base:1.1 -1 +0 leaves 2",
      "packages - -1 +0 leaves 2",
      "packages - -1 +0 leaves 2",
    ]);
    const [newer, refresh] = found.recommendations;
    const name = `${registry.host}/team/base`;
    expect(refresh).toMatchObject({
      ...{ reference: `registry://${name}:1.0@${now.digest}`, digest: now.digest, packages: 3 },
      text: `build anew: ${name}:1.0 is ${now.digest} by now`,
    });
    expect(newer).toMatchObject({ text: `build on ${name}:2.0 in place of ${name}:1.0`, packages: 2 });
    expect(found).toMatchObject({
      base: { reference: `${name}:1.0`, digest: base.digest, namedBy: "annotation" },
      ...{ packages: 3, policy: "all", vulnerabilities: { total: 3, fixable: 2, unfixed: 1 } },
      notConsidered: [{ kind: "hardened", reason: `the catalogue has no image that stands for ${name}:1.0` }],
    });
    expect(ourProblems(found, "recommendations.schema.json")).toEqual([]);
    const text = renderRecommendations(found);
    expect(text).toMatch(/1\. build on \S+:2\.0 in place of \S+:1\.0\n {3}counted 3 → 1: .*\n {3}removes 2\n/);
    expect(text).toContain("left 1.0.0 → 2.0.0 (1)");
  });

  it("is narrowed to a kind, and to a tag", async () => {
    const { ask, image } = await registryWorld();
    await image("base:1.0", { layers: [layers.patched] });
    await image("base:1.1", { layers: [layers.patched] });
    await image("base:edge", { layers: [layers.bare] });
    expect(briefly(await ask({ only: ["refresh"] }))).toEqual(["refresh base:1.0 -1 +0 leaves 2"]);
    expect(briefly(await ask({ only: ["update"] }))).toEqual(["update base:1.1 -1 +0 leaves 2"]);
    expect(briefly(await ask({ only: ["update"], tag: "edge" }))).toEqual(["update base:edge -2 +0 leaves 1"]);
    const absent = await ask({ only: ["update"], tag: "no-such" });
    expect(briefly(absent)).toEqual([]);
    expect(absent.notConsidered).toMatchObject([{ kind: "update", reason: expect.stringContaining("no-such") }]);
    expect(briefly(await ask({ only: ["packages"] }))).toEqual([
      "packages - -1 +0 leaves 2",
      "packages - -1 +0 leaves 2",
    ]);
  });

  it("names what a newer base would bring along", async () => {
    const { ask, image } = await registryWorld();
    await image("base:1.1", { layers: [{ ...layers.bare, "app/node_modules/left/package.json": "" }, layers.app] });
    const [update] = (await ask({ only: ["update"] })).recommendations;
    // The application's own copy stays, and counts once.
    expect(update).toMatchObject({ removes: 2, adds: 0, vulnerabilities: { total: 1 } });
    await image("base:1.2", {
      layers: [debianLayer({ bash: "5.2-1", zlib1g: zlib("1:1.3-2"), bash2: { version: "1", source: "bash" } })],
    });
    const [other] = (await ask({ only: ["update"], tag: "1.2" })).recommendations;
    expect(other).toMatchObject({ removes: 1, adds: 0, vulnerabilities: { total: 3 } });
  });

  it("heeds what VEX says of image and candidates alike", async () => {
    const { ask, image, write } = await registryWorld();
    await image("base:2.0", { layers: [layers.bare] });
    const locations = [await write("own.json", vex({ author: "Ann" }))];
    const found = await ask({ only: ["update"], vex: { ...noVex, locations } });
    expect(found.vulnerabilities).toMatchObject({ total: 2, suppressed: 1 });
    expect(briefly(found)).toEqual(["update base:2.0 -1 +0 leaves 1"]);
  });
});

describe("a base that is what its tag is", () => {
  it("is not to be built anew", async () => {
    const { ask } = await registryWorld();
    expect(await ask({ only: ["refresh", "update"] })).toMatchObject({ recommendations: [], notConsidered: [] });
  });

  it("is not outdated where the tag is an index that has the image's base", async () => {
    const { ask, base, store, push, image } = await registryWorld();
    const arm = await pushTinyImage(store, { platform: { os: "linux", architecture: "arm64" } });
    const indexOf = async (manifest: Descriptor) => {
      const manifests = [
        { ...manifest, platform },
        { ...arm, platform: { os: "linux", architecture: "arm64" } },
      ];
      const bytes = encodeIndex({ mediaType: mediaTypes.index, manifests });
      return await push(await put(store, mediaTypes.index, bytes), "base:1.0");
    };
    await indexOf(base);
    expect((await ask({ only: ["refresh"] })).recommendations).toEqual([]);
    const other = await image("base:next", { layers: [layers.patched] });
    const index = await indexOf(other);
    const [refresh] = (await ask({ only: ["refresh"] })).recommendations;
    expect(refresh?.reference).toContain(`:1.0@${index.digest}`);
    expect(refresh?.digest).toBe(other.digest);
  });
});

describe("an image that names no base", () => {
  it("in a registry stands for itself", async () => {
    const { ask, image, reference } = await registryWorld();
    await image("base:2.0", { layers: [layers.bare] });
    const found = await ask({ reference: reference("base:1.0"), only: ["update", "refresh"] });
    expect(found.base?.namedBy).toBe("the image itself");
    expect(briefly(found)).toEqual(["update base:2.0 -2 +0 leaves 0"]);
  });

  it("in a folder has none: its packages alone are looked at, and the rest says why not", async () => {
    const { ask, layout } = await registryWorld();
    await writeImages(layout, { app: { layers: [layers.old] } });
    const found = await ask({ reference: `oci-dir://${layout}:app` });
    expect(briefly(found)).toEqual(["packages - -1 +0 leaves 1"]);
    expect(found.base).toBeNull();
    const reason = "the image does not say what it is built on; name it with --base";
    expect(found.notConsidered).toEqual(
      ["hardened", "refresh", "update"].map((kind) => ({ kind, reference: null, reason })),
    );
    expect(ourProblems(found, "recommendations.schema.json")).toEqual([]);
  });

  it("is told one with --base", async () => {
    const { ask, layout, reference, image } = await registryWorld();
    await writeImages(layout, { app: { layers: [layers.old, layers.app] } });
    await image("base:1.0", { layers: [layers.patched] });
    await image("base:old", { layers: [layers.old] });
    const found = await ask({
      reference: `oci-dir://${layout}:app`,
      base: reference("base:old"),
      only: ["update"],
      tag: "1.0",
    });
    expect(found.base).toMatchObject({ namedBy: "user", reference: reference("base:old").replace("registry://", "") });
    expect(briefly(found)).toEqual(["update base:1.0 -1 +0 leaves 2"]);
  });
});

describe("what cannot be reached", () => {
  const hidden = ({ notConsidered }: Answer) => notConsidered.map(({ kind, reason }) => `${kind}: ${reason}`);

  it("is listed with the reason where the registry is gone, and packages are looked at all the same", async () => {
    const { ask, registry, cves, reference } = await registryWorld();
    await cves(reference("app:1"));
    const { manifests } = registry;
    manifests.delete("team/base");
    const found = await ask();
    expect(briefly(found)).toEqual(["packages - -1 +0 leaves 2", "packages - -1 +0 leaves 2"]);
    expect(hidden(found)).toEqual([
      expect.stringMatching(/^hardened: the catalogue has no image that stands for 127\.0\.0\.1:\d+\/team\/base:1\.0$/),
      expect.stringMatching(/^refresh: .*team\/base/),
      expect.stringMatching(/^update: .*team\/base/),
    ]);
  });

  it("is not tried offline", async () => {
    const { ask, layout, registry } = await registryWorld();
    const labels = {
      "org.opencontainers.image.base.name": `${registry.host}/team/base:1.0`,
      "org.opencontainers.image.base.digest":
        [...(registry.manifests.get("team/base")?.keys() ?? [])].find((name) => name.startsWith("sha256:")) ?? "",
    };
    await writeImages(layout, { app: { layers: [layers.old, layers.app], container: { labels } } });
    const before = registry.requests.length;
    const found = await ask({ reference: `oci-dir://${layout}:app`, only: ["refresh", "update"] }, { offline: true });
    expect(hidden(found)).toEqual([
      "refresh: nothing may be fetched (--offline)",
      "update: nothing may be fetched (--offline)",
    ]);
    expect(registry.requests.length).toBe(before);
  });

  it("is a candidate that is damaged, while the others are told", async () => {
    const { ask, image, registry } = await registryWorld();
    await image("base:2.0", { layers: [layers.bare] });
    const broken = await image("base:1.1", { layers: [{ ...layers.bare, only: "here" }] });
    const manifest = JSON.parse(registry.manifests.get("team/base")?.get(broken.digest)?.bytes.toString() ?? "");
    registry.blobs.delete(manifest.layers[0].digest);
    const found = await ask({ only: ["update"] });
    expect(briefly(found)).toEqual(["update base:2.0 -2 +0 leaves 1"]);
    expect(found.notConsidered).toMatchObject([{ kind: "update", reference: expect.stringContaining("base:1.1") }]);
  });
});

describe("the catalogue's image in place of the base", () => {
  const mapping = `- official: small
  version: "1"
  names: [lts]
  image: small:1
  baselines: [{ distro: debian-13, slim: small:1-trixie-slim, default: true }]
`;

  it("is built, scanned and recommended with what it removes", async () => {
    const { ask, layout, cves } = await registryWorld({
      archive: smallSystem,
      catalog: { "image/small/debian-13/1.yaml": smallDefinition, "mapping.yaml": mapping },
    });
    const { base } = await writeImages(layout, { base: { layers: [layers.old] } });
    await cves(`oci-dir://${layout}:base`);
    const labels = {
      "org.opencontainers.image.base.name": "docker.io/library/small:1.2-trixie",
      "org.opencontainers.image.base.digest": base?.digest ?? "",
    };
    await writeImages(layout, { app: { layers: [layers.old, layers.app], container: { labels } } });
    const found = await ask({ reference: `oci-dir://${layout}:app`, only: ["hardened"] });
    expect(briefly(found)).toEqual(["hardened catalog://small:1 -2 +0 leaves 1"]);
    expect(found.recommendations[0]).toMatchObject({
      text: "build on the hardened image small:1 in place of docker.io/library/small:1.2-trixie",
      notes: ["the base asks for version 1.2"],
    });
    expect(ourProblems(found, "recommendations.schema.json")).toEqual([]);
  });
});
