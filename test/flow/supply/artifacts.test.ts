import { readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openCache } from "../../../src/cache/cache.ts";
import { writeArchive } from "../../../src/content/archive-write.ts";
import { copy } from "../../../src/content/copy.ts";
import { writeLayout } from "../../../src/content/layout.ts";
import { createMemoryStore } from "../../../src/content/memory.ts";
import { type ArtifactPorts, fetchArtifacts, lockArtifact, lockArtifacts } from "../../../src/flow/supply/artifacts.ts";
import { createHttp } from "../../../src/http/fetch.ts";
import { artifactFragment } from "../../../src/image/input/artifact-fragment.ts";
import { sha256Digest } from "../../../src/oci/digest.ts";
import { encodeManifest } from "../../../src/oci/manifest.ts";
import { mediaTypes } from "../../../src/oci/media-type.ts";
import { parseReference } from "../../../src/oci/reference.ts";
import { openRepository } from "../../../src/remote/repository.ts";
import { shownFragment } from "../../image/input/shown.ts";
import { refusal } from "../../support/refusal.ts";
import { startRegistry } from "../../support/registry.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { pushTinyImage, pushTinyIndex, put } from "../../support/tiny-image.ts";

const platform = "linux/arm64";
const platforms = ["amd64", "arm64"].map((architecture) => ({ os: "linux", architecture }));

async function createPorts(more: Partial<ArtifactPorts> = {}): Promise<ArtifactPorts> {
  return {
    cache: await openCache(await temporaryFolder()),
    registries: { http: createHttp({ fetch, userAgent: "hardpan/test", limits: { attempts: 1 } }) },
    offline: false,
    signal: new AbortController().signal,
    report: { step() {}, advance() {}, note() {} },
    openCatalog: async (reference) => {
      throw new Error(`not asked for: ${reference}`);
    },
    ...more,
  };
}

/** A registry with an index for two platforms at `tools/x:1`. */
async function served() {
  const registry = await startRegistry();
  onTestFinished(registry.close);
  const ports = await createPorts();
  const repository = openRepository(parseReference(`${registry.host}/tools/x:1`), ports.registries);
  const index = await pushTinyIndex(repository, platforms);
  await repository.tag(index, "1");
  registry.requests.splice(0);
  return { registry, repository, ports, index, reference: `${registry.host}/tools/x:1@${index.digest}` };
}

async function blobs(ports: ArtifactPorts): Promise<readonly string[]> {
  const names = await readdir(join(ports.cache.directory, "blobs"), { recursive: true });
  return names
    .filter((name) => name.includes("/"))
    .map((name) => name.slice(3))
    .sort();
}

describe("an artifact", () => {
  it("is locked by its platform's manifest and layers, fetched by these, and becomes a fragment", async () => {
    const { registry, ports, reference } = await served();
    const [locked] = await lockArtifacts([{ name: reference }], { platform }, ports);
    expect(locked).toEqual({
      reference,
      manifest: expect.stringMatching(/^sha256:/),
      layers: [0, 1].map(() => ({
        digest: expect.stringMatching(/^sha256:/),
        diffId: expect.stringMatching(/^sha256:/),
        size: expect.any(Number),
        mediaType: mediaTypes.layerGzip,
      })),
    });
    if (locked === undefined) return;
    registry.requests.splice(0);
    await fetchArtifacts([locked, locked], ports);
    expect(registry.requests.map(({ url }) => url).sort()).toEqual(
      locked.layers.map(({ digest }) => `/v2/tools/x/blobs/${digest}`).sort(),
    );
    const source = artifactFragment({ artifact: locked, components: [], mtime: 0 }, ports.cache);
    expect(Object.keys(await shownFragment(source, ports.cache))).toEqual(["architecture", "shared"]);
    expect(JSON.stringify(await shownFragment(source, ports.cache))).toContain("arm64");
    await fetchArtifacts([locked], { ...ports, offline: true });
  });

  it("is found by a tag, a digest, with registry:// and without", async () => {
    const { registry, ports, index } = await served();
    const names = [
      `${registry.host}/tools/x:1`,
      `${registry.host}/tools/x@${index.digest}`,
      `registry://${registry.host}/tools/x:1`,
    ];
    const locked = [];
    for (const name of names) locked.push(await lockArtifact(name, { platform }, ports));
    expect(new Set(locked.map(({ manifest }) => manifest)).size).toBe(1);
    expect(locked.map(({ reference }) => reference)).toEqual(names);
  });

  it("may lie in a layout or an archive", async () => {
    const folder = await temporaryFolder();
    const store = createMemoryStore();
    const image = await pushTinyImage(store, { platform: { os: "linux", architecture: "arm64" } });
    await store.tag(image, "1");
    const options = { reference: "1", targetReferences: ["team/x:1"] };
    await writeLayout(join(folder, "layout"), async (target) => await copy(store, target, options));
    await writeArchive(join(folder, "x.tar"), async (target) => await copy(store, target, options));
    for (const reference of [`oci-dir://${folder}/layout#team/x:1`, `archive://${folder}/x.tar`]) {
      const ports = await createPorts({ offline: true });
      const locked = await lockArtifact(reference, { platform }, ports);
      await fetchArtifacts([locked], ports);
      expect(await blobs(ports)).toEqual(locked.layers.map(({ digest }) => digest.slice(7)));
    }
  });

  it("may be an image of the catalogue, which the caller opens", async () => {
    const store = createMemoryStore();
    const descriptor = await pushTinyIndex(store, platforms);
    const asked: string[] = [];
    const openCatalog = async (reference: string) => {
      asked.push(reference);
      return { source: store, descriptor };
    };
    const ports = await createPorts({ openCatalog, offline: true });
    const locked = await lockArtifact("catalog://node:24", { platform }, ports);
    await fetchArtifacts([locked], ports);
    expect(asked).toEqual(["catalog://node:24", "catalog://node:24"]);
    expect((await blobs(ports)).length).toBe(2);
  });
});

describe("an artifact is refused", () => {
  it("that is not for the platform, not there, or damaged", async () => {
    const { registry, repository, ports, reference } = await served();
    const amd64 = await pushTinyImage(repository, { layers: [{ only: "amd64" }] });
    await repository.tag(amd64, "amd64");
    const lock = async (name: string) => await lockArtifact(name, { platform }, ports);
    await expect(lock(`${registry.host}/tools/x:amd64`)).rejects.toThrow(refusal("OCI_PLATFORM_ABSENT"));
    await expect(lock(`${registry.host}/tools/x:2`)).rejects.toThrow(refusal("REMOTE_NOT_FOUND"));
    const locked = await lock(reference);
    const digest = locked.layers[1]?.digest ?? "";
    const whole = registry.blobs.get(digest) ?? Buffer.alloc(0);
    for (const bytes of [whole.subarray(1), Buffer.concat([whole, whole]), Buffer.from(whole).fill(0, 20, 30)]) {
      registry.blobs.set(digest, bytes);
      await expect(fetchArtifacts([locked], ports)).rejects.toThrow(
        expect.objectContaining({ code: expect.stringMatching(/OCI_CONTENT_MISMATCH|HTTP_TOO_LARGE/) }),
      );
      expect(await blobs(ports)).not.toContain(digest.slice(7));
    }
  });

  it("whose layers hold no files, or more than is taken", async () => {
    const { registry, repository, ports } = await served();
    const config = Buffer.from(
      JSON.stringify({
        os: "linux",
        architecture: "arm64",
        config: {},
        rootfs: { type: "layers", diff_ids: [sha256Digest("x")] },
      }),
    );
    const chart = await put(repository, "application/vnd.cncf.helm.chart.content.v1.tar+gzip", Buffer.from("chart"));
    const own = await put(repository, mediaTypes.config, config);
    const manifest = encodeManifest({ mediaType: mediaTypes.manifest, config: own, layers: [chart] });
    await repository.tag(await put(repository, mediaTypes.manifest, manifest), "chart");
    const locking = lockArtifact(`${registry.host}/tools/x:chart`, { platform }, ports);
    await expect(locking).rejects.toThrow(refusal("FLOW_UNSUPPORTED_REFERENCE", "helm"));
    const huge = { digest: chart.digest, diffId: chart.digest, size: 2 ** 36, mediaType: mediaTypes.layer };
    const fetching = fetchArtifacts([{ reference: "h/x:1", manifest: chart.digest, layers: [huge] }], ports);
    await expect(fetching).rejects.toThrow(refusal("FLOW_UNSUPPORTED_REFERENCE", "h/x:1"));
  });

  it.each(["local://x:1", "fs:///x", "sbom:///x", "baseline://node:24"])("that is named %s", async (reference) => {
    const locking = lockArtifact(reference, { platform }, await createPorts());
    await expect(locking).rejects.toThrow(refusal("FLOW_UNSUPPORTED_REFERENCE", reference));
  });

  it("that nothing may be fetched for, or whose fetching is stopped", async () => {
    const { ports, reference } = await served();
    const locked = await lockArtifact(reference, { platform }, ports);
    const offline = { ...ports, offline: true };
    await expect(lockArtifact(reference, { platform }, offline)).rejects.toThrow(
      refusal("FLOW_INPUT_MISSING", reference),
    );
    await expect(fetchArtifacts([locked], offline)).rejects.toThrow(refusal("FLOW_INPUT_MISSING", reference));
    const reason = new Error("stopped");
    await expect(fetchArtifacts([locked], { ...ports, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await blobs(ports)).toEqual([]);
  });

  it("when its layout has become incomplete", async () => {
    const folder = await temporaryFolder();
    const store = createMemoryStore();
    await store.tag(await pushTinyImage(store, { platform: { os: "linux", architecture: "arm64" } }), "1");
    await writeLayout(folder, async (target) => await copy(store, target, { reference: "1" }));
    const ports = await createPorts();
    const locked = await lockArtifact(`oci-dir://${folder}#`, { platform }, ports);
    await truncate(join(folder, "blobs/sha256", locked.layers[0]?.digest.slice(7) ?? ""), 10);
    await expect(fetchArtifacts([locked], ports)).rejects.toThrow(refusal("CONTENT_INVALID", "10 bytes"));
    expect(await blobs(ports)).toEqual([]);
  });
});
