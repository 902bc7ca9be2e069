import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fetchKnown } from "../../src/npm/locked.ts";
import { integrityOf, packTarball, startRegistry } from "./registry-server.ts";

const now = { maxAge: 0 };

async function published(name = "tool") {
  const registry = await startRegistry();
  const tarball = await packTarball([{ path: "package.json", content: "{}" }]);
  const other = await packTarball([{ path: "package.json", content: '{"other":1}' }]);
  registry.publish({ name, version: "1.0.0", tarball });
  registry.publish({ name, version: "2.0.0", tarball: other });
  const sha256 = createHash("sha256").update(tarball).digest("hex");
  const known = { name, version: "1.0.0", integrity: integrityOf(tarball), sha256 };
  return { registry, known, ports: await registry.ports() };
}

describe("fetchKnown", () => {
  it("takes a tarball from the registry, and then from the cache without asking", async () => {
    const { registry, known, ports } = await published();
    expect(await fetchKnown(known, now, ports)).toEqual({ kind: "fetched" });
    const before = registry.requests.length;
    registry.behaviour.status = 503;
    expect(await fetchKnown(known, now, ports)).toEqual({ kind: "fetched" });
    expect(registry.requests.length).toBe(before);
    expect(await ports.cache.read(known.sha256)).not.toBeNull();
  });

  it.each(["tool", "@acme/tool"])("finds the tarball of a version of %s that is listed no longer", async (name) => {
    const { registry, known, ports } = await published(name);
    registry.withdraw("1.0.0");
    expect(await fetchKnown(known, now, ports)).toEqual({ kind: "fetched" });
    expect(await ports.cache.path(known.sha256)).not.toBeNull();
  });

  it("finds it by convention when the whole package is listed no longer", async () => {
    const { registry, known, ports } = await published();
    registry.withdraw("1.0.0");
    registry.withdraw("2.0.0");
    expect(await fetchKnown(known, now, ports)).toEqual({ kind: "fetched" });
  });

  it("says why a tarball is not to be had", async () => {
    const { registry, known, ports } = await published();
    const offline = { maxAge: 0, offline: true };
    expect(await fetchKnown(known, offline, ports)).toMatchObject({ kind: "missing", reason: "not in the cache" });
    registry.withdraw("1.0.0", { all: true });
    expect(await fetchKnown(known, now, ports)).toMatchObject({ kind: "missing", reason: /has no tool@1\.0\.0/ });
    registry.behaviour.status = 503;
    expect(await fetchKnown(known, now, await registry.ports())).toMatchObject({
      kind: "missing",
      reason: expect.stringContaining("status 503"),
    });
  });

  it("does not take another tarball that was published under the same version", async () => {
    const { known, ports } = await published();
    const before = { ...known, integrity: integrityOf(Buffer.from("before")), sha256: "0".repeat(64) };
    expect(await fetchKnown(before, now, ports)).toMatchObject({
      kind: "missing",
      reason: expect.stringContaining(known.integrity),
    });
  });
});
