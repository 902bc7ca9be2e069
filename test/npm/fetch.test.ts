import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fetchNpm } from "../../src/npm/fetch.ts";
import type { PackumentPorts } from "../../src/npm/packument.ts";
import { type ResolvedNpmPackage, resolveNpm } from "../../src/npm/resolve.ts";
import { integrityOf, type Publication, packTarball, startRegistry } from "./registry-server.ts";

async function published(change: Partial<Publication> = {}) {
  const registry = await startRegistry();
  const tarball = await packTarball([{ path: "package.json", content: `{"x":"${registry.url}"}` }]);
  registry.publish({ name: "tool", version: "1.2.3", tarball, ...change });
  const now = { value: 0 };
  const ports = await registry.ports(now);
  return { registry, tarball: Buffer.from(change.tarball ?? tarball), ports, now, item: await resolved(ports) };
}

async function resolved(ports: PackumentPorts): Promise<ResolvedNpmPackage> {
  const { packages } = await resolveNpm({ packages: ["tool"], range: "1.x", maxAge: 0 }, ports);
  const [item] = packages;
  if (item === undefined) throw new Error("nothing was resolved");
  return item;
}

async function blobs(ports: PackumentPorts): Promise<readonly string[]> {
  return (await readdir(join(ports.cache.directory, "blobs"), { recursive: true })).filter((name) => name.length > 10);
}

describe("fetching an npm package", () => {
  it("keeps the tarball that was announced, its signature verified", async () => {
    const { registry, tarball, ports, item } = await published();
    const sha256 = createHash("sha256").update(tarball).digest("hex");
    expect(await fetchNpm(item, ports)).toEqual({
      name: "tool",
      version: "1.2.3",
      integrity: integrityOf(tarball),
      sha256,
      size: tarball.length,
      signatures: "verified",
    });
    expect(Buffer.from((await ports.cache.read(sha256)) ?? [])).toEqual(tarball);
    const before = registry.requests.length;
    await fetchNpm(item, ports);
    expect((await fetchNpm(item, ports, { offline: true })).signatures).toBe("verified");
    expect(registry.requests).toHaveLength(before);
  });

  it.each<[string, Partial<Publication>, boolean]>([
    ["no signatures", { signed: false }, true],
    ["no keys", {}, false],
  ])("of a registry with %s says so", async (_what, change, keys) => {
    const { registry, ports, item } = await published(change);
    registry.behaviour.keys = keys;
    expect((await fetchNpm(item, ports)).signatures).toBe("not served");
  });

  it("refuses altered content and keeps nothing of it", async () => {
    const other = await packTarball([{ path: "package.json", content: "altered" }]);
    const { ports, item } = await published({ integrity: integrityOf(other), signed: false });
    await expect(fetchNpm(item, ports)).rejects.toEqual(
      expect.objectContaining({ code: "NPM_INTEGRITY", message: expect.stringContaining("tool@1.2.3") }),
    );
    expect(await blobs(ports)).toEqual([]);
  });

  it.each<[string, (item: ResolvedNpmPackage) => ResolvedNpmPackage, RegExp]>([
    [
      "a wrong signature",
      (item) => ({ ...item, signatures: [{ keyid: "SHA256:test", sig: "MEQCIAAA" }] }),
      /with a wrong signature of the key SHA256:test/,
    ],
    [
      "a signature of another version",
      (item) => ({ ...item, version: "1.2.4" }),
      /tool@1\.2\.4 is signed with a wrong signature/,
    ],
    [
      "an unknown key",
      (item) => ({ ...item, signatures: [{ keyid: "SHA256:who", sig: "" }] }),
      /by the key SHA256:who, which the registry does not list/,
    ],
  ])("refuses %s before it downloads anything", async (_what, change, message) => {
    const { registry, ports, item } = await published();
    await expect(fetchNpm(change(item), ports)).rejects.toEqual(
      expect.objectContaining({ code: "NPM_SIGNATURE_INVALID", message: expect.stringMatching(message) }),
    );
    expect(registry.requests.filter(({ path }) => path.endsWith(".tgz"))).toEqual([]);
  });

  it("takes a key that has expired for what was published before, and for nothing later", async () => {
    const before = await published({ time: "2024-12-31T00:00:00.000Z" });
    before.registry.behaviour.keyExpires = "2025-01-29T00:00:00.000Z";
    expect((await fetchNpm(before.item, before.ports)).signatures).toBe("verified");
    const after = await published({ time: "2025-02-01T00:00:00.000Z" });
    after.registry.behaviour.keyExpires = "2025-01-29T00:00:00.000Z";
    await expect(fetchNpm(after.item, after.ports)).rejects.toEqual(
      expect.objectContaining({
        code: "NPM_SIGNATURE_INVALID",
        message: expect.stringContaining("which had expired on 2025-01-29"),
      }),
    );
  });

  it("asks for the keys once a day", async () => {
    const { registry, ports, now, item } = await published({ signed: true });
    const asked = () => registry.requests.filter(({ path }) => path.endsWith("/keys")).length;
    registry.behaviour.keys = false;
    await fetchNpm(item, ports);
    await fetchNpm(item, ports);
    expect(asked()).toBe(1);
    registry.behaviour.keys = true;
    now.value = 24 * 60 * 60 * 1000;
    expect((await fetchNpm(item, ports)).signatures).toBe("verified");
    expect(asked()).toBe(2);
  });

  it("fetches again what has left the cache, and offline says that it has", async () => {
    const { registry, ports, item } = await published();
    const { sha256 } = await fetchNpm(item, ports);
    await ports.cache.drop(sha256);
    await expect(fetchNpm(item, ports, { offline: true })).rejects.toEqual(
      expect.objectContaining({ code: "NPM_UNREACHABLE", message: "tool@1.2.3 is not in the cache" }),
    );
    await fetchNpm(item, ports);
    expect(registry.requests.filter(({ path }) => path.endsWith(".tgz"))).toHaveLength(2);
  });

  it("says what is missing when the tarball is gone", async () => {
    const { ports, item } = await published();
    const gone = { ...item, tarball: item.tarball.replace("1.2.3.tgz", "9.tgz") };
    await expect(fetchNpm(gone, ports)).rejects.toEqual(
      expect.objectContaining({ code: "NPM_NOT_FOUND", message: "the npm registry has no tool@1.2.3" }),
    );
  });
});
