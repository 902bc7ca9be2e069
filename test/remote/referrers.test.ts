import { afterEach, describe, expect, it } from "vitest";
import { once } from "../../src/content/memory.ts";
import { createHttp } from "../../src/http/fetch.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { encodeIndex, parseIndex } from "../../src/oci/image-index.ts";
import { encodeManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { parseReference } from "../../src/oci/reference.ts";
import { openRepository } from "../../src/remote/repository.ts";
import { type RegistryBehaviour, startRegistry, type TestRegistry } from "../support/registry.ts";
import { pushTinyImage, pushTinyReferrer, put } from "../support/tiny-image.ts";

const http = createHttp({ fetch, userAgent: "hardpan-test/0", sleep: async () => {}, limits: { attempts: 2 } });

const running: TestRegistry[] = [];
afterEach(async () => {
  for (const registry of running.splice(0)) await registry.close();
});

async function start(behaviour: RegistryBehaviour = {}): Promise<TestRegistry> {
  const registry = await startRegistry(behaviour);
  running.push(registry);
  return registry;
}

/** A new client each time: nothing is known of what another has done. */
function repositoryOf(registry: TestRegistry) {
  return openRepository(parseReference(`${registry.host}/team/app`), { http });
}

function tagOf(subject: Descriptor): string {
  return subject.digest.replace(":", "-");
}

/** What the tag in place of the API lists, as the registry has it; null without. */
function listIn(registry: TestRegistry, subject: Descriptor) {
  const stored = registry.manifests.get("team/app")?.get(tagOf(subject));
  return stored === undefined ? null : parseIndex(stored.bytes).manifests;
}

describe("referrers in a registry with the API", () => {
  it("are listed over pages, and chosen by artifact type also where the registry does not", async () => {
    const registry = await start({ referrers: true, pageSize: 2 });
    const repository = repositoryOf(registry);
    const subject = await pushTinyImage(repository);
    const referrers = [];
    for (const [artifactType, text] of [
      ["application/a", "1"],
      ["application/b", "2"],
      ["application/a", "3"],
    ] as const)
      referrers.push(await pushTinyReferrer(repository, { subject, artifactType, text }));
    expect(await repository.referrers(subject)).toEqual(referrers);
    const chosen = await repository.referrers(subject, { artifactType: "application/a" });
    expect(chosen).toEqual([referrers[0], referrers[2]]);
    expect(listIn(registry, subject)).toBeNull();
  });

  it("are not written to a tag when they are named by digest either, and asked about once", async () => {
    const registry = await start({ referrers: true });
    const repository = repositoryOf(registry);
    const subject = await pushTinyImage(repository);
    const first = await pushTinyReferrer(repository, { subject, text: "1" });
    const second = await pushTinyReferrer(repository, { subject, text: "2" });
    const later = repositoryOf(registry);
    for (const referrer of [first, second]) await later.tag(referrer, referrer.digest);
    expect(listIn(registry, subject)).toBeNull();
    expect(registry.requests.filter(({ url }) => url.includes("/referrers/"))).toHaveLength(1);
  });

  it("that are more than ten thousand are refused", async () => {
    const manifests = Array.from({ length: 6000 }, (_, count) => ({
      mediaType: mediaTypes.manifest,
      digest: sha256Digest(String(count)),
      size: 1,
    }));
    const body = encodeIndex({ mediaType: mediaTypes.index, manifests });
    const registry = await start({
      intercept: (request, response) => {
        response.setHeader("link", `<${request.url}>; rel="next"`);
        response.writeHead(200, { "content-type": mediaTypes.index }).end(body);
        return true;
      },
    });
    const subject = { mediaType: mediaTypes.manifest, digest: sha256Digest("subject"), size: 1 };
    await expect(repositoryOf(registry).referrers(subject)).rejects.toMatchObject({ code: "REMOTE_INVALID" });
  });
});

describe("referrers in a registry without the API", () => {
  it("are listed in the tag that stands in for it, with what the API would show", async () => {
    const registry = await start();
    const repository = repositoryOf(registry);
    const subject = await pushTinyImage(repository);
    expect(await repository.referrers(subject)).toEqual([]);
    const annotations = { "in-toto.io/predicate-type": "https://spdx.dev/Document" };
    const first = await pushTinyReferrer(repository, { subject, annotations });
    const second = await pushTinyReferrer(repository, { subject, artifactType: "application/b" });
    expect(listIn(registry, subject)).toEqual([first, second]);
    expect(first.annotations).toEqual(annotations);
    expect(await repositoryOf(registry).referrers(subject)).toEqual([first, second]);
    expect(await repositoryOf(registry).referrers(subject, { artifactType: "application/b" })).toEqual([second]);
  });

  it("show their configuration's type where they have no artifact type", async () => {
    const registry = await start();
    const repository = repositoryOf(registry);
    const subject = await pushTinyImage(repository);
    const config = await put(repository, "application/vnd.old.signature", Buffer.from("{}"));
    const bytes = encodeManifest({ mediaType: mediaTypes.manifest, config, layers: [], subject });
    const descriptor = await put(repository, mediaTypes.manifest, bytes);
    expect(listIn(registry, subject)).toEqual([{ ...descriptor, artifactType: config.mediaType }]);
  });

  it("may be an index", async () => {
    const registry = await start();
    const repository = repositoryOf(registry);
    const subject = await pushTinyImage(repository);
    const child = await pushTinyImage(repository, { layers: [{ other: "1" }] });
    const index = { mediaType: mediaTypes.index, artifactType: "application/set", manifests: [child], subject };
    const descriptor = await put(repository, mediaTypes.index, encodeIndex(index));
    expect(await repositoryOf(registry).referrers(subject)).toEqual([
      { ...descriptor, artifactType: "application/set" },
    ]);
  });

  it("are added to what others have listed, whose entries stay as they are", async () => {
    const registry = await start();
    const repository = repositoryOf(registry);
    const subject = await pushTinyImage(repository);
    const theirs = await pushTinyImage(repository, { layers: [{ theirs: "1" }] });
    const entry = { ...theirs, artifactType: "application/theirs", "x-unknown": [1], annotations: { by: "them" } };
    const document = {
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [entry],
      annotations: { kept: "yes" },
    };
    const list = await put(repository, mediaTypes.index, Buffer.from(JSON.stringify(document)));
    await repository.tag(list, tagOf(subject));
    const ours = await pushTinyReferrer(repositoryOf(registry), { subject });
    const stored = registry.manifests.get("team/app")?.get(tagOf(subject))?.bytes.toString() ?? "";
    expect(JSON.parse(stored)).toEqual({ ...document, manifests: [entry, ours] });
  });

  it("are all listed when many come at once, from one client and from several", async () => {
    const registry = await start();
    const subject = await pushTinyImage(repositoryOf(registry));
    const clients = [repositoryOf(registry), repositoryOf(registry), repositoryOf(registry)];
    const pushed = await Promise.all(
      Array.from({ length: 9 }, async (_, count) => {
        const client = clients[count % 3] ?? repositoryOf(registry);
        return await pushTinyReferrer(client, { subject, text: `number ${count}` });
      }),
    );
    const listed = (listIn(registry, subject) ?? []).map(({ digest }) => digest);
    expect(listed.toSorted()).toEqual(pushed.map(({ digest }) => digest).toSorted());
  });

  it("are listed again where another client has overwritten the list meanwhile", async () => {
    let lost = 0;
    const registry = await start({
      intercept: (request, response) => {
        if (request.method !== "PUT" || !request.url?.includes("/manifests/sha256-") || lost >= 2) return false;
        lost += 1;
        response.writeHead(201).end();
        return true;
      },
    });
    const repository = repositoryOf(registry);
    const subject = await pushTinyImage(repository);
    const referrer = await pushTinyReferrer(repository, { subject });
    expect(lost).toBe(2);
    expect(listIn(registry, subject)).toEqual([referrer]);
  });

  it("fail to be pushed where the list never keeps them", async () => {
    const registry = await start({
      intercept: (request, response) => {
        if (request.method !== "PUT" || !request.url?.includes("/manifests/sha256-")) return false;
        response.writeHead(201).end();
        return true;
      },
    });
    const repository = repositoryOf(registry);
    const subject = await pushTinyImage(repository);
    await expect(pushTinyReferrer(repository, { subject })).rejects.toMatchObject({
      code: "REMOTE_FAILED",
      message: expect.stringContaining(tagOf(subject)),
    });
  });

  it("fail to be pushed where the tag names an image, which is not overwritten", async () => {
    const registry = await start();
    const repository = repositoryOf(registry);
    const subject = await pushTinyImage(repository);
    const image = await pushTinyImage(repository, { layers: [{ other: "1" }] });
    await repository.tag(image, tagOf(subject));
    await expect(pushTinyReferrer(repository, { subject })).rejects.toMatchObject({ code: "REMOTE_INVALID" });
    expect(await repositoryOf(registry).resolve(tagOf(subject))).toEqual(image);
    expect(await repositoryOf(registry).referrers(subject)).toEqual([]);
  });

  it("that were pushed by a program which keeps no list are listed when they are named by digest", async () => {
    const registry = await start();
    const repository = repositoryOf(registry);
    const subject = await pushTinyImage(repository);
    const referrer = await pushTinyReferrer(repository, { subject });
    registry.manifests.get("team/app")?.delete(tagOf(subject));
    await repositoryOf(registry).tag(referrer, referrer.digest);
    expect(listIn(registry, subject)).toEqual([referrer]);
    await repositoryOf(registry).tag(subject, subject.digest);
    expect([...(registry.manifests.get("team/app")?.keys() ?? [])].filter((name) => !name.includes(":"))).toEqual([
      tagOf(subject),
    ]);
  });

  it("are not looked for in an answer that is not a list", async () => {
    const registry = await start({
      intercept: (request, response) => {
        if (!request.url?.includes("/referrers/")) return false;
        response.writeHead(200, { "content-type": "text/html" }).end("<html>");
        return true;
      },
    });
    const subject = await pushTinyImage(repositoryOf(registry));
    await expect(repositoryOf(registry).referrers(subject)).rejects.toMatchObject({ code: "OCI_DOCUMENT_INVALID" });
  });
});

describe("a manifest whose digest is named as its place", () => {
  it("is not pushed as a referrer when it is not a readable manifest", async () => {
    const registry = await start();
    const bytes = Buffer.from('{"schemaVersion":2,"config":1}');
    const descriptor = { mediaType: mediaTypes.manifest, digest: sha256Digest(bytes), size: bytes.length };
    await expect(repositoryOf(registry).push(descriptor, once(bytes))).rejects.toMatchObject({
      code: "OCI_DOCUMENT_INVALID",
    });
    expect(registry.manifests.size).toBe(0);
  });
});
