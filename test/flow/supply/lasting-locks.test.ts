import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Cache } from "../../../src/cache/cache.ts";
import type { Lock } from "../../../src/definition/lock.ts";
import { buildFromCatalog } from "../../../src/flow/build.ts";
import { writeLock } from "../../../src/flow/image/lock-file.ts";
import { lockImage } from "../../../src/flow/lock.ts";
import type { Ports } from "../../../src/flow/ports.ts";
import { fetchInputs } from "../../../src/flow/supply/inputs.ts";
import { createHttp } from "../../../src/http/fetch.ts";
import { parseReference } from "../../../src/oci/reference.ts";
import { openRepository } from "../../../src/remote/repository.ts";
import { makeDebianArchive, write } from "../../support/debian-archive.ts";
import { flowPorts, makeCatalog, smallDefinition, smallSystem } from "../../support/flow.ts";
import { hash } from "../../support/made-package.ts";
import { startRegistry } from "../../support/registry.ts";
import { serveFolder } from "../../support/serve-folder.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { pushTinyImage } from "../../support/tiny-image.ts";

const request = { kind: "image", name: "small:1", platforms: [] } as const;
const platforms = ["linux/amd64"] as const;
const tool = "a tool from elsewhere\n";
const other = smallDefinition
  .replace("image: hardpan/small", "image: hardpan/other")
  .replace("paths:\n", "paths:\n  - { type: file, path: /opt/other, content: other }\n");
const extra = { name: "extra", version: "3", files: { "usr/bin/extra": "a program for stages" } };

/** An image whose lock has inputs of every kind, its own and a stage's; then all they came from is gone or has moved on. */
async function locked({ stage = false, artifacts = "" } = {}) {
  const directory = await temporaryFolder();
  const archive = await makeDebianArchive({ directory: join(directory, "archive"), packages: [...smallSystem, extra] });
  await write(join(directory, "files", "tool.txt"), tool);
  const files = await serveFolder(join(directory, "files"));
  const registry = await startRegistry();
  onTestFinished(async () => await Promise.all([files.close(), registry.close()]).then(() => {}));
  const plain = createHttp({ fetch, userAgent: "hardpan/test" });
  for (const name of ["own", "base"]) {
    const repository = openRepository(parseReference(`${registry.host}/tools/${name}:1`), { http: plain });
    const image = await pushTinyImage(repository, { layers: [{ [`opt/${name}`]: name }] });
    await repository.tag(image, "1");
  }
  const inputs = (path: string) =>
    [
      `  files: [{ url: "${files.url}/tool.txt", checksum: "${hash("sha256", Buffer.from(tool))}", path: ${path} }]`,
      `  artifacts: [{ name: "${registry.host}/tools/own:1", includes: [opt] }${artifacts}]`,
    ].join("\n");
  const builds = `  builds:
    - name: made
      uses: ${registry.host}/tools/base:1
      contents:
        packages: [extra]
      ${inputs("/src/tool.txt").replaceAll("\n", "\n      ")}
      pipeline: [{ runs: "true" }]
      outputs: [{ source: /usr/bin/extra, target: /usr/bin/extra }]`;
  const contents = stage ? builds : inputs("/usr/local/share/tool.txt");
  const definition = smallDefinition.replace("contents:\n", `contents:\n${contents}\n`);
  const catalog = await makeCatalog(join(directory, "catalog"), {
    "image/small/debian-13/1.yaml": definition,
    "image/other/debian-13/1.yaml": other,
  });
  const ports = await flowPorts({ archive, catalog, cache: join(directory, "cache") });
  const { lock } = await lockImage(request, ports);
  await fetchInputs(lock, platforms, ports);
  const lockFile = join(directory, "small.lock.json");
  await writeLock(lockFile, lock);
  const build = async (world: Ports) =>
    (await buildFromCatalog({ ...request, locked: lockFile }, world)).index.index.descriptor.digest;
  const digest = stage ? "" : await build(ports);
  await Promise.all([files.close(), registry.close()]);
  const moved = await makeDebianArchive({
    directory: join(directory, "moved"),
    packages: smallSystem.map((item) => ({ ...item, version: `${item.version}+deb13u1` })),
    date: "2026-01-12T00:00:00Z",
  });
  /** Ports as another machine has them later. No snapshot service, unless the change brings one. */
  const later = async (change: Partial<Ports> = {}) => {
    const elsewhere = await flowPorts({ archive: moved, catalog, cache: await temporaryFolder() });
    const http = withSnapshots(null);
    return { ...elsewhere, http, registries: { http }, ...change };
  };
  return { archive, catalog, moved, ports, lock, build, digest, later };
}

/** A client for this machine alone; it takes the snapshot service to be `server`, where there is one. */
function withSnapshots(server: string | null) {
  return createHttp({
    fetch: async (url, init) => {
      if (new URL(url).hostname === "127.0.0.1") return await fetch(url, init);
      const path = /\/archive\/(debian|debian-security)\/20260110T000000Z\/(.*)$/.exec(url);
      if (server === null || path === null) return new Response(null, { status: 404 });
      return await fetch(`${server}/${path[1]}/${path[2]}`, init);
    },
    userAgent: "hardpan/test",
    limits: { attempts: 1 },
  });
}

/** The SHA-256 of each input that a lock names and `cache` has. */
async function inputsOf(lock: Lock, cache: Cache): Promise<readonly string[]> {
  const named = new Set(JSON.stringify(lock.platforms).match(/\b[0-9a-f]{64}\b/g));
  const found = [];
  for (const sha256 of named) if ((await cache.path(sha256)) !== null) found.push(sha256);
  return found;
}

/** An input mirror, as a folder, with all that a lock names and `cache` has. */
async function mirrorOf(lock: Lock, cache: Cache): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "sha256"));
  for (const sha256 of await inputsOf(lock, cache))
    await copyFile((await cache.path(sha256)) ?? "", join(folder, "sha256", sha256));
  return pathToFileURL(folder).href;
}

describe("a lock with files and content of images, all of whose places are gone", () => {
  it("builds the same image from an input mirror", async () => {
    const { lock, ports, build, digest, later } = await locked();
    expect(lock.platforms["linux/amd64"]).toMatchObject({ files: [{}], artifacts: [{ layers: [{}] }] });
    expect(await build(await later({ inputMirrors: [await mirrorOf(lock, ports.cache)] }))).toBe(digest);
  });

  it("builds the same image though another of the catalogue, of which it takes content, would come out anew", async () => {
    const artifacts = ', { name: "catalog://other:1", includes: [opt] }';
    const { lock, ports, build, digest, later } = await locked({ artifacts });
    expect(await build(ports)).toBe(digest);
    expect(await build(await later({ inputMirrors: [await mirrorOf(lock, ports.cache)] }))).toBe(digest);
    const failure = await build(await later()).catch((error) => error);
    expect(failure).toMatchObject({ code: "FLOW_INPUT_MISSING" });
    expect(failure.message).toContain("a layer of catalog://other:1, SHA-256");
  });

  it("builds the same image from a cache that has nothing but its inputs, without network", async () => {
    const { lock, ports, build, digest, later } = await locked();
    const elsewhere = await later({ offline: true });
    for (const sha256 of await inputsOf(lock, ports.cache))
      await elsewhere.cache.write([(await ports.cache.read(sha256)) ?? Buffer.alloc(0)]);
    expect(await build(elsewhere)).toBe(digest);
  });

  it("builds the same image with its packages from the snapshot service, as it was when the lock was made", async () => {
    const { archive, lock, ports, build, digest, later } = await locked();
    const snapshots = await serveFolder(archive.directory);
    onTestFinished(snapshots.close);
    const packages = new Set(lock.platforms["linux/amd64"]?.packages.map(({ sha256 }) => sha256));
    const elsewhere = await later({ http: withSnapshots(snapshots.url) });
    for (const sha256 of await inputsOf(lock, ports.cache))
      if (!packages.has(sha256)) await elsewhere.cache.write([(await ports.cache.read(sha256)) ?? Buffer.alloc(0)]);
    expect(await build(elsewhere)).toBe(digest);
    expect(snapshots.requests.filter(({ path }) => path.endsWith(".deb")).length).toBe(packages.size);
  });

  it("takes nothing from an input mirror that is not what it locked", async () => {
    const { lock, ports, build, later } = await locked();
    const mirror = await mirrorOf(lock, ports.cache);
    const [file] = lock.platforms["linux/amd64"]?.files ?? [];
    await write(join(new URL(mirror).pathname, "sha256", file?.sha256 ?? ""), "X".repeat(tool.length));
    const failure = await build(await later({ inputMirrors: [mirror] })).catch((error) => error);
    expect(failure).toMatchObject({ code: "FLOW_INPUT_MISSING" });
    expect(failure.message).toContain(file?.sha256);
  });
});

describe("a lock with a build stage, all of whose places are gone", () => {
  it("finds packages, files and images of the stage in an input mirror", async () => {
    const { lock, ports, later } = await locked({ stage: true });
    const [stage] = lock.platforms["linux/amd64"]?.builds ?? [];
    expect(stage).toMatchObject({
      packages: [{ name: "extra" }],
      files: [{}],
      artifacts: [{}],
      base: { layers: [{}] },
    });
    const elsewhere = await later({ inputMirrors: [await mirrorOf(lock, ports.cache)] });
    await fetchInputs(lock, platforms, elsewhere);
    expect(await inputsOf(lock, elsewhere.cache)).toEqual(await inputsOf(lock, ports.cache));
  });

  it("names each of them with its hash when they are nowhere", async () => {
    const { lock, ports, later } = await locked({ stage: true });
    const failure = await fetchInputs(lock, platforms, await later()).catch((error) => error);
    expect(failure).toMatchObject({ code: "FLOW_INPUT_MISSING" });
    const inputs = await inputsOf(lock, ports.cache);
    expect(inputs.length).toBe(smallSystem.length + 4);
    for (const sha256 of inputs) expect(failure.message).toContain(`SHA-256 ${sha256}`);
    expect(failure.message).toContain("tool.txt");
    expect(failure.message).toMatch(/tools\/own:1.*\n.*tools\/base:1/);
  });
});
