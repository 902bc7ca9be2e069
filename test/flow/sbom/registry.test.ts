import { readdir } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { copy } from "../../../src/content/copy.ts";
import { createMemoryStore } from "../../../src/content/memory.ts";
import { readBill } from "../../../src/flow/sbom/bill.ts";
import { encodeIndex } from "../../../src/oci/image-index.ts";
import { mediaTypes } from "../../../src/oci/media-type.ts";
import { parseReference } from "../../../src/oci/reference.ts";
import { openRepository } from "../../../src/remote/repository.ts";
import { statusStanza, trixie } from "../../scan/tree.ts";
import { smallWorld } from "../../support/flow.ts";
import { startRegistry } from "../../support/registry.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { pushTinyImage, put } from "../../support/tiny-image.ts";

const base = { "etc/os-release": trixie, "var/lib/dpkg/status": statusStanza({ Package: "zlib1g", Version: "1.3" }) };
const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };

/** A registry with `team/app` as BuildKit pushes it: two platforms and an attestation; `team/next` has one layer more. */
async function world() {
  const registry = await startRegistry();
  onTestFinished(async () => await registry.close());
  const small = await smallWorld({});
  const ports = { ...small.ports, temporaryDirectory: await temporaryFolder() };
  const store = createMemoryStore();
  const push = async (platform: typeof amd64, ...layers: Record<string, string>[]) => ({
    ...(await pushTinyImage(store, { platform, layers })),
    platform,
  });
  const host = await push(amd64, base, { "app/amd64": "" });
  const attestation = {
    ...(await push(amd64, { attested: "" })),
    platform: { os: "unknown", architecture: "unknown" },
  };
  const manifests = [await push(arm64, base, { "app/arm64": "" }), host, attestation];
  const index = await put(store, mediaTypes.index, encodeIndex({ mediaType: mediaTypes.index, manifests }));
  const next = await push(amd64, base, { "app/amd64": "" }, { "app/next": "" });
  for (const [name, reference] of [
    ["app", index],
    ["next", next],
  ] as const) {
    const repository = openRepository(parseReference(`${registry.host}/team/${name}`), ports.registries);
    await copy(store, repository, { reference, targetReferences: ["1"] });
  }
  /** What is asked for while the bill of `name` is made: manifests by what they are asked by, blobs by number. */
  const ask = async (name: string, platform: string | null = null) => {
    const before = registry.requests.length;
    const reference = `registry://${registry.host}/team/${name}:1`;
    const { sbom } = await readBill({ reference, platform, within: null, base: null }, ports);
    expect(sbom.packages.map((item) => item.name)).toEqual(["zlib1g"]);
    const asked = registry.requests.slice(before).map(({ method, url }) => `${method} ${url}`);
    const lines = asked.map((line) => line.replace(/^GET \/v2\/team\/\w+\//, ""));
    // What is attested for the image is asked for too: at the API, and by the tag of registries without it.
    const isReferrers = (line: string) => /^(?:referrers\/|manifests\/sha256-)/.test(line);
    expect(lines.filter(isReferrers).length).toBeLessThanOrEqual(2);
    return { platform: sbom.image.platform, asked: lines.filter((line) => !isReferrers(line)) };
  };
  const blobs = async (descriptor: typeof host) => {
    const { config, layers } = JSON.parse(Buffer.from(store.blobs.get(descriptor.digest) ?? "").toString());
    return {
      config: `blobs/${config.digest}`,
      layers: layers.map(({ digest }: { digest: string }) => `blobs/${digest}`),
    };
  };
  return { ask, host, next, blobs, ports };
}

describe("the bill of a registry's image", () => {
  it("takes the index, one manifest, its configuration and its layers, each once, and nothing to disk", async () => {
    const { ask, host, blobs, ports } = await world();
    const { config, layers } = await blobs(host);
    const { asked, platform } = await ask("app");
    expect(platform).toBe("linux/amd64");
    expect(asked.slice(0, 3)).toEqual(["manifests/1", `manifests/${host.digest}`, config]);
    expect(asked.slice(3).toSorted()).toEqual(layers.toSorted());
    expect(await readdir(ports.temporaryDirectory)).toEqual([]);
  });

  it("takes no layer that was looked into before", async () => {
    const { ask, host, next, blobs } = await world();
    await ask("app");
    expect((await ask("app")).asked).toEqual(["manifests/1", `manifests/${host.digest}`, (await blobs(host)).config]);
    const more = await blobs(next);
    expect((await ask("next")).asked).toEqual(["manifests/1", more.config, more.layers.at(-1)]);
    const other = await ask("app", "linux/arm64");
    expect(other.platform).toBe("linux/arm64");
    expect(other.asked.filter((line) => line.startsWith("blobs/"))).toHaveLength(2);
  });
});
