import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fetchPackages } from "../../src/apt/package-download.ts";
import { resolve } from "../../src/apt/resolve.ts";
import { acquireIndex } from "../../src/apt/suite.ts";
import type { TestPackage } from "../support/debian-archive.ts";
import { served, testArchive, testPorts } from "./archives.ts";

const packages: readonly TestPackage[] = [
  ...Array.from({ length: 12 }, (_, place) => ({ name: `p${place}`, version: `1:${place}+b1~x`, source: "p" })),
  { name: "s", version: "2", pocket: "security" as const },
];

async function prepared() {
  const archive = await testArchive({ packages });
  const { server, mirrors } = await served(archive);
  const ports = await testPorts(archive, { mirrors });
  const index = await acquireIndex({ codename: "trixie", architecture: "amd64" }, ports);
  const chosen = resolve({ packages: packages.map(({ name }) => name) }, index).packages;
  index.close();
  return { archive, server, ports, chosen };
}

describe("fetchPackages", () => {
  it("brings every .deb into the cache, each from its own tree", async () => {
    const { archive, ports, chosen } = await prepared();
    const fetched = await fetchPackages(chosen, ports);
    expect(fetched.size).toBe(packages.length);
    for (const { sha256, size, path } of archive.debs) {
      const found = fetched.get(sha256);
      expect(found).toMatchObject({ sha256, size });
      expect(await readFile(found?.path ?? "")).toEqual(await readFile(path));
    }
  });

  it("fetches a few at once, and nothing twice", async () => {
    const { server, ports, chosen } = await prepared();
    let running = 0;
    let most = 0;
    const before = server.requests.length;
    server.fault = () => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => (running -= 1), 100);
      return { delay: 100 };
    };
    await fetchPackages([...chosen, ...chosen], ports, { parallel: 3 });
    await fetchPackages(chosen, ports);
    expect(server.requests.length - before).toBe(packages.length);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it("refuses flipped bytes, keeps none of them, and names each package and address beside all that are gone", async () => {
    const { server, ports, chosen } = await prepared();
    server.fault = (path) => (/\/p[34]_/.test(path) ? { flipAt: 100 } : /\/p[57]_/.test(path) ? { status: 404 } : null);
    const failure = await fetchPackages(chosen, ports).catch((error) => error);
    expect(failure).toMatchObject({ code: "APT_PACKAGES_MISSING" });
    expect(failure.missing.map((one: { name: string }) => one.name)).toEqual(["p3", "p4", "p5", "p7"]);
    expect(failure.message).toMatch(/p3 1:3\+b1~x all from http:.*\/p3_3\+b1~x_all\.deb/);
    for (const { name, sha256 } of chosen) {
      expect((await ports.cache.path(sha256)) === null).toBe(/^p[3457]$/.test(name));
    }
    server.fault = () => null;
    expect((await fetchPackages(chosen, ports)).size).toBe(packages.length);
  });

  it("takes from another mirror what one no longer has, last from the one the index came from", async () => {
    const { server, ports, chosen } = await prepared();
    const elsewhere = { main: [`${server.url}/nowhere`], security: [`${server.url}/nowhere`] };
    expect((await fetchPackages(chosen, { ...ports, mirrors: elsewhere })).size).toBe(packages.length);
  });

  it("asks the snapshot service in the end, at the moment given", async () => {
    const { ports, chosen } = await prepared();
    const asked: string[] = [];
    const { limits, sleep } = ports.http;
    const http = {
      limits,
      sleep,
      request: async (url: string) => {
        asked.push(url);
        return await ports.http.request("http://127.0.0.1:1/", { retry: false });
      },
    };
    const [first] = chosen;
    if (first === undefined) throw new Error("nothing was chosen");
    const snapshot = Date.parse("2026-01-10T00:00:00Z");
    await expect(fetchPackages([first], { ...ports, http }, { snapshot })).rejects.toMatchObject({
      code: "APT_PACKAGES_MISSING",
    });
    expect(asked.at(-1)).toBe(`https://snapshot.debian.org/archive/debian/20260110T000000Z/${first.filename}`);
  });

  it("uses only the cache offline, and names all that is missing", async () => {
    const { archive, ports, chosen } = await prepared();
    await fetchPackages(chosen.slice(0, 10), ports);
    await rm(archive.directory, { recursive: true });
    expect((await fetchPackages(chosen.slice(0, 10), ports, { offline: true })).size).toBe(10);
    const failure = await fetchPackages(chosen, ports, { offline: true }).catch((error) => error);
    expect(failure.code).toBe("APT_OFFLINE");
    for (const { name, version, sha256 } of chosen.slice(10)) {
      expect(failure.message).toContain(`${name} ${version} all, SHA-256 ${sha256}`);
    }
  });

  it("fetches all it can when others are gone, and then names each of those", async () => {
    const { server, ports, chosen } = await prepared();
    server.fault = (path) => (/\/p[357]_/.test(path) ? { status: path.includes("p5") ? 410 : 404 } : null);
    const failure = await fetchPackages(chosen, ports).catch((error) => error);
    expect(failure).toMatchObject({
      code: "APT_PACKAGES_MISSING",
      hint: expect.stringContaining("HARDPAN_INPUT_MIRROR"),
    });
    const gone = chosen.filter(({ name }) => /^p[357]$/.test(name));
    expect(failure.missing.map((one: { name: string }) => one.name)).toEqual(["p3", "p5", "p7"]);
    for (const { name, version, sha256, filename } of gone) {
      const line = `${name} ${version} all, SHA-256 ${sha256}, ${filename}: it is not there (any more)`;
      expect(failure.message).toContain(line);
    }
    const others = chosen.filter((one) => !gone.includes(one));
    expect((await fetchPackages(others, ports, { offline: true })).size).toBe(others.length);
  });

  it("names all that a mirror would have had that does not answer, and waits for it once", async () => {
    const { ports, chosen } = await prepared();
    const asked: string[] = [];
    const { limits, sleep } = ports.http;
    const request = async (url: string) => {
      asked.push(url);
      return await ports.http.request("http://127.0.0.1:1/", { retry: false });
    };
    const mirrors = { main: ["http://127.0.0.1:1/debian"], security: ["http://127.0.0.1:1/debian"] };
    const packages = chosen.map((one) => ({ ...one, mirror: "" }));
    const world = { ...ports, http: { limits, sleep, request }, mirrors };
    const failure = await fetchPackages(packages, world, { parallel: 1 }).catch((error) => error);
    expect(failure).toMatchObject({ code: "APT_PACKAGES_MISSING" });
    expect(failure.missing.length).toBe(chosen.length);
    for (const { sha256 } of chosen) expect(failure.message).toContain(sha256);
    expect(failure.message).toContain("http://127.0.0.1:1/debian does not answer");
    expect(asked.length).toBe(1);
  });

  it("takes from an input mirror, by its hash, what the archive no longer has", async () => {
    const { archive, server, ports, chosen } = await prepared();
    const folder = join(archive.directory, "inputs", "sha256");
    await mkdir(folder, { recursive: true });
    for (const { path, sha256 } of archive.debs) await copyFile(path, join(folder, sha256));
    server.fault = (path) => (path.endsWith(".deb") ? { status: 404 } : null);
    const inputMirrors = [`${server.url}/nowhere`, `${server.url}/inputs`];
    expect((await fetchPackages(chosen, ports, { inputMirrors })).size).toBe(packages.length);
  });

  it("stops when told to", async () => {
    const { server, ports, chosen } = await prepared();
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    server.fault = () => {
      controller.abort(reason);
      return { delay: 500 };
    };
    await expect(fetchPackages(chosen, ports, { signal: controller.signal })).rejects.toBe(reason);
  });

  it("leaves a damaged cache entry to be found when it is read", async () => {
    const { ports, chosen } = await prepared();
    const sha256 = chosen.find(({ name }) => name === "p1")?.sha256 ?? "";
    const path = (await fetchPackages(chosen, ports)).get(sha256)?.path ?? "";
    const bytes = await readFile(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(ports.cache.read(sha256)).rejects.toMatchObject({ code: "CACHE_CORRUPT" });
    expect(await ports.cache.read((await fetchPackages(chosen, ports)).get(sha256)?.sha256 ?? "")).not.toBeNull();
  });
});
