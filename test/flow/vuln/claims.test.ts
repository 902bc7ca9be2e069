import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { generateKeyPair } from "../../../src/attest/key/generate.ts";
import { readPrivateKey } from "../../../src/attest/key/read.ts";
import { copy } from "../../../src/content/copy.ts";
import { writeLayout } from "../../../src/content/layout.ts";
import { createMemoryStore } from "../../../src/content/memory.ts";
import { openImage } from "../../../src/facts/image.ts";
import { chainId } from "../../../src/oci/chain-id.ts";
import { encodeConfig } from "../../../src/oci/config.ts";
import { encodeManifest } from "../../../src/oci/manifest.ts";
import { parseReference } from "../../../src/oci/reference.ts";
import { openRepository } from "../../../src/remote/repository.ts";
import { readVex } from "../../../src/vuln/vex/read.ts";
import { attachBundle, statementOf } from "../../attest/attached.ts";
import { startRegistry } from "../../support/registry.ts";
import { pushTinyImage, put } from "../../support/tiny-image.ts";
import { indexWith } from "../../vuln/index-with.ts";
import { vex } from "./vex-documents.ts";
import { cve, debian, debianLayer, stated, world, writeImages } from "./world.ts";

const bash = "pkg:deb/debian/bash";
const claimed = `bash ${cve} counts; Ann not_affected claimed, not trusted`;
const trusted = `bash ${cve} suppressed by Ann; Ann not_affected trusted`;

/** Ann says that bash is no matter in her image. */
const onHerImage = vex({
  author: "Ann",
  products: [{ "@id": "pkg:oci/app?repository_url=ghcr.io/ann/app", subcomponents: [{ "@id": bash }] }],
});

describe("an image that calls itself what another is called", () => {
  it("gets nothing by it: the name counts once the user says it", async () => {
    const made = await world();
    const within = "ghcr.io/ann/app:1";
    await writeImages(made.layout, { [within]: { layers: [debian] } });
    const locations = [await made.write("ann.json", onHerImage)];
    const reference = `oci-dir://${made.layout}`;
    const alone = await made.cves(reference, { vex: { locations } });
    expect(stated(alone)[0]).toBe(claimed);
    expect(alone.vulnerabilities).toMatchObject({ total: 2, suppressed: 0 });
    expect(stated(await made.cves(reference, { within: "1", vex: { locations } }))[0]).toBe(claimed);
    expect(stated(await made.cves(reference, { within, vex: { locations } }))[0]).toBe(trusted);
  });

  it("gets nothing of what a feed says of that", async () => {
    const { statements } = readVex(Buffer.from(JSON.stringify(onHerImage)), "feed");
    const made = await world({ ports: { advisories: await indexWith({ statements }) } });
    await writeImages(made.layout, { "ghcr.io/ann/app:1": { layers: [debian] } });
    expect(stated(await made.cves(`oci-dir://${made.layout}`))).toEqual([claimed]);
  });
});

/** Ann's image in a registry with a signed statement on bash, and another image whose labels call its lowest layer that. */
async function pretended(...lowest: readonly Readonly<Record<string, string>>[]) {
  const made = await world();
  const pair = generateKeyPair();
  const key = readPrivateKey(Buffer.from(pair.privateKey), "ann");
  const file = join(made.folder, "ann.pub");
  await writeFile(file, pair.publicKey);
  const registry = await startRegistry({ referrers: true });
  onTestFinished(async () => await registry.close());
  const name = `${registry.host}/ann/base:1`;
  const repositoryOf = (text: string) => openRepository(parseReference(text), made.ports.registries);
  const store = createMemoryStore();
  const base = await pushTinyImage(store, { layers: [debian] });
  await copy(store, repositoryOf(name), { reference: base, targetReferences: ["1"] });
  const statement = statementOf({
    subjects: [base.digest],
    predicate: vex({ author: "Ann", products: [{ "@id": bash }] }),
  });
  const attestation = await attachBundle(repositoryOf(name), base, { statement, keys: [key] });
  await repositoryOf(name).tag(attestation, attestation.digest);
  const own = await pushTinyImage(store, { layers: lowest });
  const { config } = await openImage(store, own, { signal: new AbortController().signal });
  const labels = { "io.hardpan.name": name, "io.hardpan.chain-id": chainId(config.diffIds) };
  const other = `${registry.host}/mallory/app:1`;
  const derived = await pushTinyImage(store, { layers: [...lowest, { "opt/x": "x" }], container: { labels } });
  await copy(store, repositoryOf(other), { reference: derived, targetReferences: ["1"] });
  return { ...made, file, reference: `registry://${other}`, name };
}

/** An image whose configuration says that its lowest layer is `debian`, which it is not. */
async function lyingImage() {
  const store = createMemoryStore();
  const [base, own] = [
    await pushTinyImage(store, { layers: [debian] }),
    await pushTinyImage(store, { layers: [{ ...debian, "opt/evil": "" }, { "opt/x": "x" }] }),
  ];
  const { signal } = new AbortController();
  const [said, true_] = [await openImage(store, base, { signal }), await openImage(store, own, { signal })];
  const { manifest } = true_;
  const config = encodeConfig({ ...true_.config, diffIds: [...said.config.diffIds, ...true_.config.diffIds.slice(1)] });
  const described = await put(store, manifest.config.mediaType, config);
  const lying = await put(store, own.mediaType, encodeManifest({ ...manifest, config: described }));
  return { store, base, lying };
}

/** An image in a layout whose labels name its lowest layer so, and a key to look for what is attested for it. */
async function withBaseNamed(name: string) {
  const made = await world();
  const store = createMemoryStore();
  const own = await openImage(store, await pushTinyImage(store, { layers: [debian] }), {
    signal: new AbortController().signal,
  });
  const labels = { "io.hardpan.name": name, "io.hardpan.chain-id": chainId(own.config.diffIds) };
  await writeImages(made.layout, { app: { layers: [debian, { "opt/x": "x" }], container: { labels } } });
  const keys = [await made.write("ann.pub", generateKeyPair().publicKey)];
  return { ...made, reference: `oci-dir://${made.layout}:app`, keys };
}

describe("an image that names its base", () => {
  it.each([
    "archive:///dev/zero",
    "archive://-",
    "oci-dir:///",
    "catalog://node:24-debian13",
    "baseline://node:24",
    "local://x",
    "registry://x",
    "fs:///",
  ])("chooses no file, program or build with %s", async (name) => {
    const { cves, reference, keys, notes } = await withBaseNamed(name);
    expect((await cves(reference, { vex: { keys } })).base?.reference).toBe(name);
    expect(notes).toEqual([expect.stringMatching(/^VEX of the base .* is not looked at: .* is not /)]);
  });

  it("has no server of the local network asked", async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked++;
      response.writeHead(404).end();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    for (const host of ["127.0.0.1", "localhost"]) {
      const { cves, reference, keys, notes } = await withBaseNamed(`${host}:${port}/a/b:1`);
      await cves(reference, { vex: { keys } });
      expect(notes).toEqual([expect.stringContaining("which is not public")]);
    }
    expect(asked).toBe(0);
  });
});

describe("an image that says of its layers that they are those of another", () => {
  it("is not made from that, as its bytes are others", async () => {
    const made = await world();
    const { store, base, lying } = await lyingImage();
    await writeLayout(made.layout, async (target) => {
      await copy(store, target, { reference: base, targetReferences: ["base"] });
      await copy(store, target, { reference: lying, targetReferences: ["app"] });
    });
    const at = (tag: string) => `oci-dir://${made.layout}:${tag}`;
    await expect(made.cves(at("app"), { base: at("base") })).rejects.toMatchObject({ code: "FLOW_BASE_DIFFERS" });
  });

  it("is made from that where only the compression differs", async () => {
    const made = await world();
    const store = createMemoryStore();
    const images = {
      base: await pushTinyImage(store, { layers: [debian] }),
      zstd: await pushTinyImage(store, { layers: [debian, { "opt/x": "x" }], compression: "zstd" }),
      plain: await pushTinyImage(store, { layers: [debian, { "opt/x": "x" }], compression: "none" }),
    };
    await writeLayout(made.layout, async (target) => {
      for (const [tag, reference] of Object.entries(images)) {
        await copy(store, target, { reference, targetReferences: [tag] });
      }
    });
    const at = (tag: string) => `oci-dir://${made.layout}:${tag}`;
    for (const tag of ["zstd", "plain"]) {
      expect((await made.cves(at(tag), { base: at("base") })).base).toMatchObject({ namedBy: "user", layers: 1 });
    }
  });
});

describe("an image whose labels call its base what another image is called", () => {
  const locationsOf = async (made: Awaited<ReturnType<typeof pretended>>) => {
    const products = [{ "@id": `pkg:oci/base?repository_url=${made.name.replace(":1", "")}` }];
    return [await made.write("ann.json", vex({ author: "Ann", products }))];
  };

  it("gets nothing of what is attested for that, and a note says why", async () => {
    const made = await pretended({ ...debianLayer({ bash: "5.2-1" }), "opt/evil": "" });
    const report = await made.cves(made.reference, { vex: { keys: [made.file] } });
    expect(report.base).toMatchObject({ reference: made.name, namedBy: "label" });
    expect(stated(report)).toEqual([`bash ${cve} counts`]);
    expect(made.notes).toEqual([expect.stringContaining("its layers are not the lowest of")]);
  });

  it("gets nothing of what is said by name of that", async () => {
    const made = await pretended({ ...debianLayer({ bash: "5.2-1" }), "opt/evil": "" });
    const locations = await locationsOf(made);
    expect(stated(await made.cves(made.reference, { vex: { locations } }))).toEqual([claimed]);
    expect(stated(await made.cves(made.reference, { vex: { locations, keys: [made.file] } }))).toEqual([claimed]);
  });

  it("gets nothing by counting a layer of its own among those of that", async () => {
    const made = await pretended(debian, debianLayer({ bash: "5.2-0" }));
    const report = await made.cves(made.reference, { vex: { keys: [made.file] } });
    expect(report.base?.layers).toBe(2);
    expect(stated(report)).toEqual([`bash ${cve} counts`]);
  });

  it("has both where it really is made from that: looked at with a key, or named by the user", async () => {
    const made = await pretended(debian);
    const attested = await made.cves(made.reference, { vex: { keys: [made.file] } });
    expect(stated(attested)[0]).toBe(trusted);
    const locations = await locationsOf(made);
    expect(stated(await made.cves(made.reference, { vex: { locations } }))[0]).toBe(claimed);
    const base = `registry://${made.name}`;
    expect(stated(await made.cves(made.reference, { base, vex: { locations } }))[0]).toBe(trusted);
  });
});
