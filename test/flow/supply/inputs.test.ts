import { createHash } from "node:crypto";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Lock } from "../../../src/definition/lock.ts";
import { buildFromCatalog } from "../../../src/flow/build.ts";
import { writeLock } from "../../../src/flow/image/lock-file.ts";
import { lockImage } from "../../../src/flow/lock.ts";
import type { Ports } from "../../../src/flow/ports.ts";
import { fetchInputs } from "../../../src/flow/supply/inputs.ts";
import { createHttp } from "../../../src/http/fetch.ts";
import { integrityOf, packTarball, startRegistry } from "../../npm/registry-server.ts";
import { makeDebianArchive } from "../../support/debian-archive.ts";
import { flowPorts, smallDefinition, smallSystem, smallWorld } from "../../support/flow.ts";
import { makeRepository } from "../../support/repository.ts";
import { serveFolder } from "../../support/serve-folder.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const request = { kind: "image", name: "small:1", platforms: [] } as const;
const platforms = ["linux/amd64"] as const;

/** A client for which there is this machine, and of the snapshot service nothing left. */
const http = createHttp({
  fetch: async (url, init) =>
    new URL(url).hostname === "127.0.0.1" ? await fetch(url, init) : new Response(null, { status: 404 }),
  userAgent: "hardpan/test",
  limits: { attempts: 1 },
});

/** An image that was locked and built, and an archive that has moved on since: all is newer, and the old .debs are gone. */
async function movedOn(definition = smallDefinition) {
  const { directory, archive, catalog, ports } = await smallWorld({ "image/small/debian-13/1.yaml": definition });
  const { lock } = await lockImage(request, ports);
  const lockFile = join(directory, "small.lock.json");
  await writeLock(lockFile, lock);
  const before = await buildFromCatalog({ ...request, locked: lockFile }, ports);
  const moved = await makeDebianArchive({
    directory: join(directory, "moved"),
    packages: smallSystem.map((item) => ({ ...item, version: `${item.version}+deb13u1` })),
    date: "2026-01-12T00:00:00Z",
  });
  /** Ports with an empty cache, as another machine has later. */
  const later = async (change: Partial<Ports> = {}) => ({
    ...(await flowPorts({ archive: moved, catalog, cache: await temporaryFolder() })),
    http,
    ...change,
  });
  const build = async (world: Ports) =>
    (await buildFromCatalog({ ...request, locked: lockFile }, world)).index.index.descriptor.digest;
  return { directory, archive, moved, lock, later, build, digest: before.index.index.descriptor.digest };
}

describe("a lock after the archive has moved on", () => {
  it("builds from a second mirror that keeps the old packages, beside the live one", async () => {
    const { archive, moved, later, build, digest } = await movedOn();
    const mirrors = {
      main: [...moved.mirrors.main, ...archive.mirrors.main],
      security: [...moved.mirrors.security, ...archive.mirrors.security],
      origin: "configuration" as const,
    };
    expect(await build(await later({ mirrors }))).toBe(digest);
  });

  it("builds from a folder of files by their hash", async () => {
    const { directory, archive, later, build, digest } = await movedOn();
    await mkdir(join(directory, "inputs", "sha256"), { recursive: true });
    for (const { path, sha256 } of archive.debs) await copyFile(path, join(directory, "inputs", "sha256", sha256));
    const inputMirrors = [pathToFileURL(join(directory, "inputs")).href];
    expect(await build(await later({ inputMirrors }))).toBe(digest);
  });

  it("takes nothing from such a folder whose hash is another", async () => {
    const { directory, lock, later, build } = await movedOn();
    await mkdir(join(directory, "inputs", "sha256"), { recursive: true });
    for (const { sha256, size } of lock.platforms["linux/amd64"]?.packages ?? []) {
      await writeFile(join(directory, "inputs", "sha256", sha256), Buffer.alloc(size));
    }
    const inputMirrors = [pathToFileURL(join(directory, "inputs")).href];
    const world = await later({ inputMirrors });
    const failure = await build(world).catch((error) => error);
    expect(failure).toMatchObject({ code: "APT_PACKAGES_MISSING" });
    const packages = lock.platforms["linux/amd64"]?.packages ?? [];
    expect(packages.length).toBeGreaterThan(3);
    for (const { name, version, sha256 } of packages) {
      expect(failure.message).toContain(`/inputs/sha256/${sha256}`);
      expect(failure.message).toContain(`${name} ${version} `);
      expect(await world.cache.path(sha256)).toBeNull();
    }
  });

  it("names every package that is nowhere, with its hash", async () => {
    const { lock, later, build } = await movedOn();
    const failure = await build(await later()).catch((error) => error);
    expect(failure).toMatchObject({ code: "APT_PACKAGES_MISSING" });
    const locked = lock.platforms["linux/amd64"]?.packages ?? [];
    expect(locked.length).toBeGreaterThan(3);
    for (const { name, version, sha256 } of locked) {
      expect(failure.message).toMatch(new RegExp(`${name} ${version.replaceAll("+", "\\+")} \\S+, SHA-256 ${sha256}`));
    }
  });

  it("names every package when the mirror does not answer", async () => {
    const { lock, later, build } = await movedOn();
    const mirrors = {
      main: ["http://127.0.0.1:9/debian"],
      security: ["http://127.0.0.1:9/debian"],
      origin: "host" as const,
    };
    const failure = await build(await later({ mirrors })).catch((error) => error);
    expect(failure).toMatchObject({ code: "APT_PACKAGES_MISSING" });
    expect(failure.message).toContain("127.0.0.1:9");
    for (const { sha256 } of lock.platforms["linux/amd64"]?.packages ?? []) expect(failure.message).toContain(sha256);
  });
});

describe("the inputs of a lock", () => {
  it("of a repository are asked of it, and of an input mirror, never of Debian's mirrors", async () => {
    const vendor = await makeRepository({
      directory: await temporaryFolder(),
      packages: [{ name: "web", version: "5", files: { "usr/bin/web": "web" } }],
    });
    const definition = smallDefinition.replace(
      "libz1, tzdata]",
      `libz1, tzdata, web]\n  repositories: ["${vendor.line}"]\n  keyring: ["${vendor.keyUrl}"]`,
    );
    const { moved, lock, later, build, digest } = await movedOn(definition);
    const web = lock.platforms["linux/amd64"]?.packages.find(({ name }) => name === "web");
    expect(web).toMatchObject({ suite: `repository:${vendor.url} trixie`, sha256: vendor.debs[0]?.sha256 });
    expect(lock.releases.map(({ suite }) => suite)).toContain(`${vendor.url} trixie`);

    const server = await serveFolder(moved.directory);
    onTestFinished(server.close);
    const mirrors = {
      main: [`${server.url}/debian`],
      security: [`${server.url}/debian-security`],
      origin: "host" as const,
    };
    const failure = await build(await later({ mirrors })).catch((error) => error);
    expect(failure.missing.map(({ name }: { name: string }) => name)).not.toContain("web");
    expect(server.requests.some(({ path }) => path.includes("libz1"))).toBe(true);
    expect(server.requests.filter(({ path }) => path.includes("web"))).toEqual([]);
    expect(digest).toMatch(/^sha256:/);
  });

  it("that the npm registry has withdrawn are found or named beside missing packages", async () => {
    const registry = await startRegistry();
    const tarball = await packTarball([{ path: "package.json", content: "{}" }]);
    registry.publish({ name: "tool", version: "1.0.0", tarball });
    const sha256 = createHash("sha256").update(tarball).digest("hex");
    const { lock, later, directory } = await movedOn();
    const npm = [
      {
        name: "tool",
        version: "1.0.0",
        integrity: integrityOf(tarball),
        sha256,
        size: tarball.length,
        origin: "npm:tool",
        comparedWithOfficial: "not compared" as const,
      },
    ];
    const platform = lock.platforms["linux/amd64"];
    if (platform === undefined) throw new Error("nothing was locked");
    const onlyNpm: Lock = { ...lock, platforms: { "linux/amd64": { ...platform, packages: [], npm } } };
    const both: Lock = { ...lock, platforms: { "linux/amd64": { ...platform, npm } } };
    const change = { registry: registry.config };

    registry.withdraw("1.0.0");
    const ports = await later(change);
    await fetchInputs(onlyNpm, platforms, ports);
    expect(await ports.cache.path(sha256)).not.toBeNull();

    registry.withdraw("1.0.0", { all: true });
    await fetchInputs(onlyNpm, platforms, ports);
    const failure = await fetchInputs(both, platforms, await later(change)).catch((error) => error);
    expect(failure).toMatchObject({ code: "FLOW_INPUT_MISSING" });
    expect(failure.message).toContain(`tool@1.0.0, SHA-256 ${sha256}: the npm registry has no tool@1.0.0`);
    for (const item of platform.packages) expect(failure.message).toContain(item.sha256);

    await mkdir(join(directory, "inputs", "sha256"), { recursive: true });
    await writeFile(join(directory, "inputs", "sha256", sha256), tarball);
    const elsewhere = await later({ ...change, inputMirrors: [pathToFileURL(join(directory, "inputs")).href] });
    await fetchInputs(onlyNpm, platforms, elsewhere);
    expect(await elsewhere.cache.path(sha256)).not.toBeNull();
  });
});
