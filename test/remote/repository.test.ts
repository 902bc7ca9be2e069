import { describe, expect, it } from "vitest";
import { copy } from "../../src/content/copy.ts";
import { createMemoryStore, once } from "../../src/content/memory.ts";
import { createHttp } from "../../src/http/fetch.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { readImage } from "../../src/oci/image.ts";
import { encodeManifest, parseManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { parseReference, type RepositoryName } from "../../src/oci/reference.ts";
import { readVerified } from "../../src/oci/verify.ts";
import type { RegistryOptions } from "../../src/remote/client.ts";
import { RemoteError } from "../../src/remote/error.ts";
import { openRepository } from "../../src/remote/repository.ts";
import { refusal } from "../support/refusal.ts";
import { type RegistryBehaviour, startRegistry, type TestRegistry } from "../support/registry.ts";
import { pushTinyIndex, put, tinyStore } from "../support/tiny-image.ts";

const http = createHttp({
  fetch,
  userAgent: "hardpan-test/0",
  sleep: async () => {},
  limits: { attempts: 2 },
});

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };
const login = { username: "ann", password: "a:secret" };
const withLogin: Partial<RegistryOptions> = { credentials: async () => ({ kind: "password", ...login }) };

function repositoryOf(registry: TestRegistry, options: Partial<RegistryOptions> = {}) {
  return openRepository(parseReference(`${registry.host}/team/app`), { http, ...options });
}

/** A registry that has a tiny image already, put there without the code under test's login. */
async function registryWithImage(behaviour: RegistryBehaviour) {
  const open = await startRegistry();
  const { store, root } = await tinyStore();
  await copy(store, repositoryOf(open), { reference: "latest", targetReferences: ["1.0"] });
  const registry = await startRegistry(behaviour);
  for (const [name, manifests] of open.manifests) registry.manifests.set(name, manifests);
  for (const [digest, bytes] of open.blobs) registry.blobs.set(digest, bytes);
  await open.close();
  return { registry, root };
}

describe("a repository as source and target", () => {
  it("gives back the same index, manifests and layers that were pushed", async () => {
    await using registry = await startRegistry();
    const store = createMemoryStore();
    const root = await pushTinyIndex(store, [amd64, arm64]);
    await copy(store, repositoryOf(registry), { reference: root, targetReferences: ["1.0"] });
    const back = createMemoryStore();
    const copied = await copy(repositoryOf(registry), back, { reference: "1.0" });
    expect(copied).toEqual(root);
    expect([...back.blobs.keys()].sort()).toEqual([...store.blobs.keys()].sort());
    expect([...back.tags.keys()]).toEqual(["1.0"]);
  });

  it("sends no blob again that is there already", async () => {
    await using registry = await startRegistry();
    const { store } = await tinyStore();
    await copy(store, repositoryOf(registry), { reference: "latest", targetReferences: ["1.0"] });
    const before = registry.requests.length;
    await copy(store, repositoryOf(registry), { reference: "latest", targetReferences: ["1.1"] });
    const methods = registry.requests.slice(before).map(({ method }) => method);
    expect(methods.sort()).toEqual(["GET", "HEAD", "PUT"]);
  });

  it("sends a blob with its length, in one request", async () => {
    await using registry = await startRegistry();
    await put(repositoryOf(registry), "application/octet-stream", Buffer.from("0123456789"));
    const upload = registry.requests.find(({ method }) => method === "PUT");
    expect(upload?.headers["content-length"]).toBe("10");
    expect(upload?.url).toContain("_state=x%2Fy");
  });

  it("sends an empty blob", async () => {
    await using registry = await startRegistry();
    const descriptor = await put(repositoryOf(registry), "application/octet-stream", Buffer.alloc(0));
    expect(registry.blobs.get(descriptor.digest)).toEqual(Buffer.alloc(0));
  });

  it("sends a blob in pieces where that is asked for", async () => {
    await using registry = await startRegistry();
    const bytes = Buffer.from("0123456789abcdefghij-");
    const descriptor = await put(repositoryOf(registry, { chunkSize: 8 }), "application/octet-stream", bytes);
    expect(registry.blobs.get(descriptor.digest)).toEqual(bytes);
    const ranges = registry.requests
      .filter(({ method }) => method === "PATCH")
      .map(({ headers }) => headers["content-range"]);
    expect(ranges).toEqual(["0-7", "8-15", "16-20"]);
  });

  it("mounts a blob from another repository in place of an upload", async () => {
    await using registry = await startRegistry();
    const bytes = Buffer.from("shared");
    const descriptor = await put(repositoryOf(registry), "application/octet-stream", bytes);
    const mountFrom: RepositoryName = parseReference("team/app").repository;
    const other = openRepository(parseReference(`${registry.host}/team/other`), { http, mountFrom });
    const before = registry.requests.length;
    await other.push(descriptor, once(bytes));
    expect(registry.requests.slice(before).map(({ method }) => method)).toEqual(["POST"]);
  });

  it("stores nothing when the bytes are not what the descriptor says", async () => {
    await using registry = await startRegistry();
    const descriptor = { mediaType: "application/octet-stream", digest: sha256Digest("right"), size: 5 };
    for (const wrong of ["wrong", "long-wrong", "no"]) {
      await expect(repositoryOf(registry).push(descriptor, once(Buffer.from(wrong)))).rejects.toMatchObject({
        code: "OCI_CONTENT_MISMATCH",
      });
    }
    expect(registry.blobs.size).toBe(0);
  });

  it("takes one platform's image out of an index", async () => {
    await using registry = await startRegistry();
    const store = createMemoryStore();
    const root = await pushTinyIndex(store, [amd64, arm64]);
    await copy(store, repositoryOf(registry), { reference: root, targetReferences: ["1.0"] });
    const image = await readImage(repositoryOf(registry), { reference: "1.0", platform: arm64 });
    expect(image.config.platform).toEqual(arm64);
    await expect(readImage(repositoryOf(registry), { reference: "1.0" })).rejects.toMatchObject({
      code: "OCI_PLATFORM_ABSENT",
      message: expect.stringContaining("linux/amd64, linux/arm64"),
    });
  });

  it("lists all tags over several pages", async () => {
    await using registry = await startRegistry({ pageSize: 2 });
    const { store } = await tinyStore();
    const names = ["a", "b", "c", "d", "e"];
    await copy(store, repositoryOf(registry), { reference: "latest", targetReferences: names });
    expect(await repositoryOf(registry).tags()).toEqual(names);
  });

  it("says so when a tag is not there", async () => {
    await using registry = await startRegistry();
    await expect(repositoryOf(registry).resolve("absent")).rejects.toMatchObject({
      code: "REMOTE_NOT_FOUND",
      message: expect.stringContaining(
        "/team/app: the manifest absent: not found (MANIFEST_UNKNOWN: said the registry)",
      ),
      hint: expect.stringContaining("docker login"),
    });
  });
});

describe("authentication", () => {
  it("logs in with Basic", async () => {
    const { registry, root } = await registryWithImage({ auth: "basic", login });
    expect(await repositoryOf(registry, withLogin).resolve("1.0")).toEqual(root);
    await registry.close();
  });

  it("gets one token for a whole pull, and one for a whole push", async () => {
    const { registry } = await registryWithImage({ auth: "token", login });
    const repository = repositoryOf(registry, withLogin);
    await copy(repository, createMemoryStore(), { reference: "1.0" });
    const { store } = await tinyStore({ layers: [{ other: "content" }] });
    await copy(store, repository, { reference: "latest", targetReferences: ["2.0"] });
    const tokens = registry.requests.filter(({ url }) => url.startsWith("/token"));
    expect(tokens.map(({ url }) => new URLSearchParams(url.slice(7)).get("scope"))).toEqual([
      "repository:team/app:pull",
      "repository:team/app:pull,push",
    ]);
    expect(registry.manifests.get("team/app")?.has("2.0")).toBe(true);
    await registry.close();
  });

  it("pulls anonymously with a token where that is allowed", async () => {
    const { registry, root } = await registryWithImage({ auth: "token", anonymousPull: true });
    expect(await repositoryOf(registry).resolve("1.0")).toEqual(root);
    await registry.close();
  });

  it("gets a new token when the old one is no longer taken", async () => {
    const { registry, root } = await registryWithImage({ auth: "token", login });
    const repository = repositoryOf(registry, withLogin);
    await repository.resolve("1.0");
    registry.revokeTokens();
    expect(await repository.resolve("1.0")).toEqual(root);
    await registry.close();
  });

  it("exchanges an identity token", async () => {
    const { registry, root } = await registryWithImage({ auth: "token", identityToken: "refresh-me" });
    const credentials = async () => ({ kind: "identity-token", token: "refresh-me" }) as const;
    expect(await repositoryOf(registry, { credentials }).resolve("1.0")).toEqual(root);
    await registry.close();
  });

  it("sends a token that is for the registry itself as it is, and asks no token server", async () => {
    const { registry, root } = await registryWithImage({
      intercept: ({ headers }, response) => {
        if (headers.authorization === "Bearer mine") return false;
        response.writeHead(401, { "www-authenticate": `Bearer realm="http://${registry.host}/token"` }).end();
        return true;
      },
    });
    const credentials = async () => ({ kind: "registry-token", token: "mine" }) as const;
    expect(await repositoryOf(registry, { credentials }).resolve("1.0")).toEqual(root);
    expect(registry.requests.map(({ url, authorization }) => [url, authorization])).toEqual([
      ["/v2/team/app/manifests/1.0", undefined],
      ["/v2/team/app/manifests/1.0", "Bearer mine"],
    ]);
    await registry.close();
  });

  it("does without logins that cannot be looked up, and speaks of them only where one is needed", async () => {
    const credentials = async () => {
      throw new RemoteError("REMOTE_CREDENTIALS", "the helper is not installed", { hint: "install it" });
    };
    const { registry: open, root } = await registryWithImage({ auth: "token", anonymousPull: true });
    expect(await repositoryOf(open, { credentials }).resolve("1.0")).toEqual(root);
    for (const auth of ["basic", "token"] as const) {
      const { registry } = await registryWithImage({ auth, login });
      await expect(repositoryOf(registry, { credentials }).resolve("1.0")).rejects.toMatchObject({
        code: "REMOTE_CREDENTIALS",
      });
      await registry.close();
    }
    await open.close();
  });

  it.each(["basic", "token"] as const)("says what to type when a %s login is missing or wrong", async (auth) => {
    const { registry } = await registryWithImage({ auth, login });
    const wrong = async () => ({ kind: "password", username: "ann", password: "guess-me" }) as const;
    for (const options of [{}, { credentials: wrong }]) {
      const refused = repositoryOf(registry, options).resolve("1.0");
      await expect(refused).rejects.toMatchObject({
        code: "REMOTE_UNAUTHORIZED",
        hint: expect.stringContaining(`docker login ${registry.host}`),
      });
      await expect(refused).rejects.not.toThrow(/guess-me/);
    }
    await registry.close();
  });

  it("says so when the login may pull and not push", async () => {
    await using registry = await startRegistry({
      intercept: (request, response) => {
        if (request.method !== "POST") return false;
        response.writeHead(403).end();
        return true;
      },
    });
    const { store } = await tinyStore();
    await expect(copy(store, repositoryOf(registry), { reference: "latest" })).rejects.toMatchObject({
      code: "REMOTE_DENIED",
    });
  });
});

describe("credentials stay where they belong", () => {
  it("does not send them to the place a blob is redirected to", async () => {
    const { registry: storage } = await registryWithImage({});
    const { registry } = await registryWithImage({ auth: "basic", login, redirectBlobs: `http://${storage.host}` });
    const back = createMemoryStore();
    await copy(repositoryOf(registry, withLogin), back, { reference: "1.0" });
    expect(storage.requests.length).toBeGreaterThan(0);
    expect(storage.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect(back.blobs.size).toBe(3);
    await Promise.all([registry.close(), storage.close()]);
  });

  it("does not answer the challenge of the place a blob is redirected to", async () => {
    const { registry: thief } = await registryWithImage({ auth: "basic", login });
    const { registry } = await registryWithImage({ auth: "basic", login, redirectBlobs: `http://${thief.host}` });
    const copied = copy(repositoryOf(registry, withLogin), createMemoryStore(), { reference: "1.0" });
    await expect(copied).rejects.toMatchObject({ code: "REMOTE_UNAUTHORIZED" });
    expect(thief.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    await Promise.all([registry.close(), thief.close()]);
  });

  it("does not send them to a token server of another place over http", async () => {
    await using thief = await startRegistry();
    const { registry } = await registryWithImage({ auth: "token", login, realm: `http://${thief.host}/token` });
    await expect(repositoryOf(registry, withLogin).resolve("1.0")).rejects.toMatchObject({
      code: "REMOTE_INVALID",
      message: expect.stringContaining("names the token server"),
    });
    expect(thief.requests).toEqual([]);
    await registry.close();
  });

  it("does not send an upload to another place", async () => {
    await using thief = await startRegistry();
    await using registry = await startRegistry({
      intercept: (request, response) => {
        if (request.method !== "POST") return false;
        response.writeHead(202, { location: `http://${thief.host}/v2/team/app/blobs/uploads/1` }).end();
        return true;
      },
    });
    const pushed = put(repositoryOf(registry), "application/octet-stream", Buffer.from("secret"));
    await expect(pushed).rejects.toMatchObject({ code: "REMOTE_INVALID" });
    expect(thief.requests).toEqual([]);
  });

  it("does not follow a list's next page to another place", async () => {
    await using thief = await startRegistry();
    await using registry = await startRegistry({
      intercept: (_, response) => {
        response.writeHead(200, { link: `<http://${thief.host}/v2/team/app/tags/list>; rel="next"` });
        response.end(JSON.stringify({ tags: ["a"] }));
        return true;
      },
    });
    await expect(repositoryOf(registry).tags()).rejects.toMatchObject({ code: "REMOTE_INVALID" });
    expect(thief.requests).toEqual([]);
  });
});

describe("content that is not what it should be", () => {
  const answer = (mediaType: string, body: string, headers: Record<string, string> = {}): RegistryBehaviour => ({
    intercept: (_, response) => {
      response.writeHead(200, { "content-type": mediaType, ...headers }).end(body);
      return true;
    },
  });
  const config = { mediaType: mediaTypes.config, digest: sha256Digest("{}"), size: 2 };
  const manifest = Buffer.from(encodeManifest({ mediaType: mediaTypes.manifest, config, layers: [] })).toString();

  it("refuses a manifest with another digest than was asked for or announced", async () => {
    await using registry = await startRegistry(answer(mediaTypes.manifest, manifest));
    const asked = repositoryOf(registry).resolve(sha256Digest("another"));
    await expect(asked).rejects.toMatchObject({ code: "REMOTE_MISMATCH" });
    const header = { "docker-content-digest": sha256Digest("another") };
    await using liar = await startRegistry(answer(mediaTypes.manifest, manifest, header));
    await expect(repositoryOf(liar).resolve("1.0")).rejects.toMatchObject({ code: "REMOTE_MISMATCH" });
  });

  it("says which digest a registry gave to a manifest that was pushed", async () => {
    const announced = sha256Digest("another");
    await using registry = await startRegistry({
      intercept: (request, response) => {
        if (request.method !== "PUT") return false;
        response.writeHead(201, { "docker-content-digest": announced });
        request.resume().on("end", () => response.end());
        return true;
      },
    });
    const digest = sha256Digest(manifest);
    const pushed = put(repositoryOf(registry), mediaTypes.manifest, Buffer.from(manifest));
    await expect(pushed).rejects.toEqual(refusal("REMOTE_MISMATCH", `has the digest ${digest}, not ${announced}`));
  });

  it("takes the digest of a tag from the bytes that came", async () => {
    await using registry = await startRegistry(answer(`${mediaTypes.manifest}; charset=utf-8`, ` ${manifest} `));
    const descriptor = await repositoryOf(registry).resolve("1.0");
    expect(descriptor).toEqual({
      mediaType: mediaTypes.manifest,
      digest: sha256Digest(` ${manifest} `),
      size: manifest.length + 2,
    });
  });

  it("refuses a manifest that is announced as an index", async () => {
    await using registry = await startRegistry(answer(mediaTypes.index, manifest));
    await expect(repositoryOf(registry).resolve("1.0")).rejects.toMatchObject({ code: "REMOTE_INVALID" });
  });

  it("refuses schema 1, other documents and more than 4 MiB", async () => {
    const schema1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    const cases = [
      [schema1, "{}", "OCI_DOCUMENT_INVALID"],
      ["text/html", "<html>", "OCI_DOCUMENT_INVALID"],
      ["application/json", "{}", "REMOTE_INVALID"],
      [mediaTypes.manifest, " ".repeat(4 * 1024 * 1024 + 1), "HTTP_TOO_LARGE"],
    ] as const;
    for (const [mediaType, body, code] of cases) {
      await using registry = await startRegistry(answer(mediaType, body));
      await expect(repositoryOf(registry).resolve("1.0"), mediaType).rejects.toMatchObject({ code });
    }
  });

  it("refuses a blob of another digest or size", async () => {
    const { registry, root } = await registryWithImage({});
    const repository = repositoryOf(registry);
    const { config: blob } = parseManifest(await readVerified(repository, root, { limit: 1 << 20 }));
    const right = registry.blobs.get(blob.digest) ?? Buffer.alloc(0);
    registry.blobs.set(blob.digest, Buffer.from(right.map((byte) => byte ^ 1)));
    await expect(readVerified(repository, blob, { limit: 1 << 20 })).rejects.toMatchObject({
      code: "OCI_CONTENT_MISMATCH",
    });
    registry.blobs.set(blob.digest, Buffer.concat([right, right]));
    await expect(readVerified(repository, blob, { limit: 1 << 20 })).rejects.toMatchObject({ code: "HTTP_TOO_LARGE" });
    await registry.close();
  });

  it("goes on with a blob where the connection broke", async () => {
    const bytes = Buffer.alloc(300_000, "0123456789");
    let broken = 0;
    await using registry = await startRegistry({
      intercept: (request, response) => {
        if (request.method !== "GET" || broken >= 2) return false;
        broken += 1;
        const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
        response.writeHead(start > 0 ? 206 : 200, {
          "content-length": bytes.length - start,
          ...(start > 0 ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
        });
        response.write(bytes.subarray(start, start + 100_000), () => setTimeout(() => response.destroy(), 50));
        return true;
      },
    });
    const repository = repositoryOf(registry);
    const descriptor = await put(repository, "application/octet-stream", bytes);
    expect(await readVerified(repository, descriptor, { limit: 1 << 20 })).toEqual(bytes);
    expect(broken).toBe(2);
  });

  it("stops when the signal is aborted", async () => {
    const { registry } = await registryWithImage({});
    const stop = new AbortController();
    stop.abort(new Error("stopped by the user"));
    const copied = copy(repositoryOf(registry), createMemoryStore(), { reference: "1.0", signal: stop.signal });
    await expect(copied).rejects.toThrow("stopped by the user");
    await registry.close();
  });
});
