import { describe, expect, it, onTestFinished } from "vitest";
import { createHttp } from "../../src/http/fetch.ts";
import { parseReference } from "../../src/oci/reference.ts";
import { currentDigest } from "../../src/remote/head.ts";
import { openRepository } from "../../src/remote/repository.ts";
import { type RegistryBehaviour, startRegistry } from "../support/registry.ts";
import { pushTinyImage } from "../support/tiny-image.ts";

const http = createHttp({ fetch, userAgent: "hardpan/test", limits: { attempts: 1 } });

async function registryWithImage(behaviour: RegistryBehaviour = {}) {
  const registry = await startRegistry(behaviour);
  onTestFinished(async () => await registry.close());
  const reference = parseReference(`${registry.host}/team/app:1`);
  const credentials = async () => ({ kind: "password", username: "me", password: "secret" }) as const;
  const options = { http, credentials };
  const repository = openRepository(reference, options);
  const image = await pushTinyImage(repository);
  await repository.tag(image, "1");
  registry.requests.length = 0;
  return { registry, reference, options, digest: image.digest };
}

describe("the digest that a reference stands for", () => {
  it("is asked for by one HEAD", async () => {
    const { registry, reference, options, digest } = await registryWithImage();
    expect(await currentDigest(reference, options)).toBe(digest);
    expect(registry.requests.map(({ method, url }) => [method, url])).toEqual([["HEAD", "/v2/team/app/manifests/1"]]);
  });

  it("is asked for with a login where one is wanted", async () => {
    const login = { username: "me", password: "secret" };
    const { reference, options, digest } = await registryWithImage({ auth: "token", login });
    expect(await currentDigest(reference, options)).toBe(digest);
  });

  it("is that of the manifest where the answer lacks it", async () => {
    const { registry, reference, options, digest } = await registryWithImage({
      intercept(request, response) {
        if (request.method !== "HEAD" || !request.url?.endsWith("/manifests/1")) return false;
        response.writeHead(200).end();
        return true;
      },
    });
    expect(await currentDigest(reference, options)).toBe(digest);
    expect(registry.requests.map(({ method }) => method)).toEqual(["HEAD", "GET"]);
  });

  it("is not asked for where the reference has it", async () => {
    const { registry, reference, options, digest } = await registryWithImage();
    expect(await currentDigest({ ...reference, digest }, options)).toBe(digest);
    expect(registry.requests).toEqual([]);
  });

  it("fails for a tag that is not there", async () => {
    const { registry, options } = await registryWithImage();
    const absent = parseReference(`${registry.host}/team/app:2`);
    await expect(currentDigest(absent, options)).rejects.toMatchObject({ code: "REMOTE_NOT_FOUND" });
  });
});
