import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copy } from "../../src/content/copy.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import { createHttp } from "../../src/http/fetch.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { parseReference } from "../../src/oci/reference.ts";
import { openRepository } from "../../src/remote/repository.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { has, run } from "../support/program.ts";
import { pushTinyIndex, pushTinyReferrer, tinyStore } from "../support/tiny-image.ts";

const http = createHttp({ fetch, userAgent: "hardpan-test/0", limits: { attempts: 1 } });

describe.skipIf(!has("docker-registry"))("with CNCF distribution's registry (needs docker-registry)", () => {
  let registry: DockerRegistry;
  let host = "";
  beforeAll(async () => {
    registry = await startDockerRegistry();
    host = registry.host;
  });
  afterAll(async () => await registry[Symbol.asyncDispose]());

  const repository = (name: string, options = {}) =>
    openRepository(parseReference(`${host}/${name}`), { http, ...options });

  it("pushes and pulls an index of two platforms", async () => {
    const store = createMemoryStore();
    const root = await pushTinyIndex(store, [
      { os: "linux", architecture: "amd64" },
      { os: "linux", architecture: "arm64" },
    ]);
    await copy(store, repository("team/index"), { reference: root, targetReferences: ["1.0", "latest"] });
    const back = createMemoryStore();
    expect(await copy(repository("team/index"), back, { reference: "1.0" })).toEqual(root);
    expect(new Map([...back.blobs].sort())).toEqual(new Map([...store.blobs].sort()));
    expect((await repository("team/index").tags()).toSorted()).toEqual(["1.0", "latest"]);
  });

  it.each([{}, { chunkSize: 1000 }])("uploads a larger layer with %o", async (options) => {
    const name = `team/large${Object.keys(options).length}`;
    const random = Buffer.from(Array.from({ length: 50_000 }, (_, count) => (count * 7919) % 251));
    const { store, root } = await tinyStore({ layers: [{ random }], compression: "none" });
    await copy(store, repository(name, options), { reference: "latest" });
    expect(await copy(repository(name), createMemoryStore(), { reference: "latest" })).toEqual(root);
  });

  it("keeps referrers in the tag that stands in for the API, each once, and gives them back", async () => {
    const { store, root } = await tinyStore();
    await copy(store, repository("team/one"), { reference: "latest" });
    expect(await repository("team/one").referrers(root)).toEqual([]);
    const first = await pushTinyReferrer(store, { subject: root, text: "one" });
    const second = await pushTinyReferrer(store, { subject: root, text: "two" });
    for (let run = 0; run < 2; run++) {
      await copy(store, repository("team/one"), { reference: "latest", referrers: true });
      expect(await repository("team/one").referrers(root)).toEqual([first, second]);
    }
    const back = createMemoryStore();
    await copy(repository("team/one"), back, { reference: "latest", referrers: true });
    expect(new Map([...back.blobs].sort())).toEqual(new Map([...store.blobs].sort()));
  });

  it.skipIf(!has("skopeo"))("skopeo reads that tag as an index of what was pushed (needs skopeo)", async () => {
    const { store, root } = await tinyStore();
    const referrer = await pushTinyReferrer(store, { subject: root });
    await copy(store, repository("team/list"), { reference: "latest", referrers: true });
    const list = `docker://${host}/team/list:${root.digest.replace(":", "-")}`;
    const index = JSON.parse(run("skopeo", ["inspect", "--raw", "--tls-verify=false", list]));
    expect(index).toEqual({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [referrer] });
    const manifest = run("skopeo", [
      "inspect",
      "--raw",
      "--tls-verify=false",
      `docker://${host}/team/list@${referrer.digest}`,
    ]);
    expect(sha256Digest(manifest)).toBe(referrer.digest);
  });

  it("says what is not there", async () => {
    await expect(repository("team/none").resolve("1.0")).rejects.toMatchObject({ code: "REMOTE_NOT_FOUND" });
  });

  it.skipIf(!has("skopeo"))("skopeo reads what was pushed (needs skopeo)", async () => {
    const { store, root } = await tinyStore();
    await copy(store, repository("team/two"), { reference: "latest" });
    const output = run("skopeo", ["inspect", "--tls-verify=false", `docker://${host}/team/two:latest`]);
    expect(JSON.parse(output).Digest).toBe(root.digest);
  });
});
