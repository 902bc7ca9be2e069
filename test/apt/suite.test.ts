import { spawn } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { AptPorts } from "../../src/apt/ports.ts";
import { resolve } from "../../src/apt/resolve.ts";
import { acquireIndex } from "../../src/apt/suite.ts";
import { openCache } from "../../src/cache/cache.ts";
import { CodedError } from "../../src/error.ts";
import type { TestPackage } from "../support/debian-archive.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { served, testArchive, testIndex, testPorts } from "./archives.ts";

const packages: readonly TestPackage[] = [
  { name: "libc6", version: "2.41-12", architecture: "amd64", source: "glibc", priority: "optional" },
  { name: "libc6", version: "2.41-12+deb13u1", architecture: "amd64", source: "glibc", pocket: "security" },
  { name: "libc6", version: "2.41-12", architecture: "arm64", source: "glibc" },
  {
    name: "libc-bin",
    version: "2.41-12+b1",
    architecture: "amd64",
    source: "glibc (2.41-12)",
    essential: true,
    priority: "required",
  },
  { name: "tzdata", version: "2025b-4", priority: "required" },
  { name: "tzdata", version: "2025c-0+deb13u1", priority: "required", pocket: "updates" },
  { name: "tzdata", version: "2025c-0+deb13u1", priority: "required", pocket: "security" },
  { name: "mawk", version: "1.3", architecture: "amd64", provides: "awk", priority: "required" },
  { name: "gawk", version: "5", architecture: "amd64", provides: "awk (= 5), awk-plus" },
  {
    name: "dash",
    version: "0.5",
    architecture: "amd64",
    essential: true,
    depends: "libc6 (>= 2.41)",
    priority: "required",
  },
];
const request = { codename: "trixie", architecture: "amd64" } as const;

describe("acquireIndex", () => {
  it("finds all versions of a package of this architecture, newest first, security before updates", async () => {
    const index = await testIndex(packages);
    expect(index.releases.map((release) => release.suite)).toEqual(["trixie", "trixie-updates", "trixie-security"]);
    expect(index.find("libc6").map(({ version, pocket, architecture }) => [version, pocket, architecture])).toEqual([
      ["2.41-12+deb13u1", "security", "amd64"],
      ["2.41-12", "release", "amd64"],
    ]);
    expect(index.find("tzdata").map(({ version, suite }) => [version, suite])).toEqual([
      ["2025c-0+deb13u1", "trixie-security"],
      ["2025b-4", "trixie"],
    ]);
    expect(index.find("nothing")).toEqual([]);
  });

  it("finds packages by what they provide, their source, priority and whether they are essential", async () => {
    const index = await testIndex(packages);
    expect(index.providers("awk").map(({ package: { name }, version }) => [name, version])).toEqual([
      ["gawk", "5"],
      ["mawk", null],
    ]);
    expect(index.providers("libc6")).toEqual([]);
    expect(index.ofSource("glibc").map(({ name, version }) => `${name} ${version}`)).toEqual([
      "libc-bin 2.41-12+b1",
      "libc6 2.41-12+deb13u1",
      "libc6 2.41-12",
    ]);
    expect(index.find("libc-bin")[0]?.source).toEqual({ name: "glibc", version: "2.41-12" });
    expect(index.withPriority("required").map(({ name }) => name)).toEqual(["dash", "libc-bin", "mawk", "tzdata"]);
    expect(index.essential().map(({ name }) => name)).toEqual(["dash", "libc-bin"]);
  });

  it("gives every field of a package as the archive has it", async () => {
    const archive = await testArchive({ packages });
    const index = await acquireIndex(request, await testPorts(archive));
    const deb = archive.debs.find(({ name }) => name === "dash");
    expect(index.find("dash")).toEqual([
      {
        name: "dash",
        version: "0.5",
        architecture: "amd64",
        source: { name: "dash", version: "0.5" },
        essential: true,
        priority: "required",
        filename: "pool/main/d/dash/dash_0.5_amd64.deb",
        size: deb?.size,
        sha256: deb?.sha256,
        preDepends: "",
        depends: "libc6 (>= 2.41)",
        provides: "",
        replaces: "",
        conflicts: "",
        breaks: "",
        suite: "trixie",
        pocket: "release",
        mirror: archive.mirrors.main[0],
      },
    ]);
    index.close();
  });

  it("fetches by hash where the archive offers it, xz before gzip, and parses once", async () => {
    const archive = await testArchive({ packages, indexCompression: ["gz", "xz"] });
    const { server, mirrors } = await served(archive);
    const ports = await testPorts(archive, { mirrors });
    (await acquireIndex(request, ports)).close();
    const fetched = server.requests.map(({ path }) => path).filter((path) => !path.endsWith("InRelease"));
    expect(fetched.length).toBe(3);
    for (const path of fetched) expect(path).toMatch(/main\/binary-amd64\/by-hash\/SHA256\/[0-9a-f]{64}$/);
    await rm(archive.directory, { recursive: true });
    const again = await acquireIndex(request, ports, { offline: true });
    expect(again.find("dash").length).toBe(1);
    again.close();
  });

  it.each([{ byHash: false }, { indexCompression: ["gz"] as const }])("reads an archive with %o", async (options) => {
    const index = await acquireIndex(request, await testPorts(await testArchive({ packages, ...options })));
    expect(index.find("libc6").length).toBe(2);
    index.close();
  });

  it("takes the plain path when a mirror lacks the hashed one, and another mirror when one is damaged", async () => {
    const archive = await testArchive({ packages });
    const { server, mirrors } = await served(archive);
    server.fault = (path) => (path.includes("by-hash") ? { status: 404 } : null);
    (await acquireIndex(request, await testPorts(archive, { mirrors }))).close();
    server.fault = (path) => (path.includes("Packages") || path.includes("by-hash") ? { flipAt: 30 } : null);
    const both = {
      main: [...mirrors.main, ...archive.mirrors.main],
      security: [...mirrors.security, ...archive.mirrors.security],
    };
    (await acquireIndex(request, await testPorts(archive, { mirrors: both }))).close();
    await expect(acquireIndex(request, await testPorts(archive, { mirrors }))).rejects.toMatchObject({
      code: "HTTP_MISMATCH",
      message: expect.stringContaining("packages of trixie/main for amd64"),
    });
  });

  it("says which architecture or component is missing", async () => {
    const archive = await testArchive({ packages, architectures: ["amd64"] });
    await expect(acquireIndex({ ...request, architecture: "arm64" }, await testPorts(archive))).rejects.toMatchObject({
      code: "APT_INDEX_MISSING",
      message: expect.stringContaining("arm64"),
    });
    const contrib = { ...request, components: ["main", "contrib"] };
    await expect(acquireIndex(contrib, await testPorts(archive))).rejects.toMatchObject({ code: "APT_INDEX_MISSING" });
  });

  it("refuses an index that is signed but broken", async () => {
    const broken = await testArchive({ packages: [{ name: "Bad Name", version: "1" }] });
    await expect(acquireIndex(request, await testPorts(broken))).rejects.toMatchObject({ code: "APT_INDEX_INVALID" });
  });

  it("says offline what is not in the cache", async () => {
    const archive = await testArchive({ packages });
    const ports = await testPorts(archive);
    (await acquireIndex({ ...request, pockets: ["release"] }, ports)).close();
    await expect(acquireIndex(request, ports, { offline: true })).rejects.toMatchObject({ code: "APT_OFFLINE" });
    const other = { ...request, architecture: "arm64", pockets: ["release"] } as const;
    await expect(acquireIndex(other, ports, { offline: true })).rejects.toMatchObject({
      code: "APT_OFFLINE",
      message: expect.stringContaining("arm64"),
    });
  });

  it("stops when told to, and works the next time", async () => {
    const archive = await testArchive({ packages });
    const { server, mirrors } = await served(archive);
    const ports = await testPorts(archive, { mirrors });
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    server.fault = (path) => {
      if (!path.includes("by-hash")) return null;
      controller.abort(reason);
      return { delay: 1000 };
    };
    await expect(acquireIndex(request, ports, { signal: controller.signal })).rejects.toBe(reason);
    server.fault = () => null;
    (await acquireIndex(request, ports)).close();
  });
});

describe("a damaged cache", () => {
  /** What a run answers: the resolution, or the code of its error. */
  async function answer(ports: AptPorts, offline: boolean): Promise<string> {
    try {
      const index = await acquireIndex(request, ports, { offline });
      try {
        return JSON.stringify(resolve({ packages: ["dash", "tzdata"] }, index));
      } finally {
        index.close();
      }
    } catch (cause) {
      if (cause instanceof CodedError) return cause.code;
      throw cause;
    }
  }

  it("never gives a wrong answer: a flipped byte is an error or mended, and the next run works", async () => {
    const archive = await testArchive({ packages });
    const directory = await temporaryFolder();
    const ports = await testPorts(archive, { cache: await openCache(directory) });
    const right = await answer(ports, false);
    const names = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
    expect(files.length).toBeGreaterThan(10);
    const offlineAnswers = new Set<string>();
    for (const file of files) {
      const bytes = await readFile(file);
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ 0x04;
        await writeFile(file, flipped);
        offlineAnswers.add(await answer(ports, true));
        await writeFile(file, flipped);
        const online = await answer(ports, false);
        expect([right, "CACHE_CORRUPT"]).toContain(online);
        if (online !== right) expect(await answer(ports, false)).toBe(right);
        await writeFile(file, bytes);
      }
    }
    expect([...offlineAnswers].filter((outcome) => outcome.startsWith("{"))).toEqual([right]);
    expect([...offlineAnswers].filter((outcome) => !outcome.startsWith("{")).sort()).toEqual([
      "APT_OFFLINE",
      "CACHE_CORRUPT",
    ]);
    expect(await answer(ports, true)).toBe(right);
  }, 120_000);

  it("does not take one suite's index for another's", async () => {
    const archive = await testArchive({ packages });
    const directory = await temporaryFolder();
    const ports = await testPorts(archive, { cache: await openCache(directory) });
    const right = await answer(ports, false);
    const folder = join(directory, "records", "apt-index");
    const [one = "", other = ""] = await readdir(folder);
    await writeFile(join(folder, one), await readFile(join(folder, other)));
    expect(await answer(ports, true)).toBe(right);
  });
});

describe("several processes", () => {
  it("may acquire the same index at once", async () => {
    const archive = await testArchive({ packages });
    const { server, mirrors } = await served(archive);
    server.fault = () => ({ delay: 50 });
    const directory = await temporaryFolder();
    const program = fileURLToPath(new URL("acquire-process.ts", import.meta.url));
    const settings = {
      mirrors,
      directory,
      pins: archive.pins,
      keyring: Buffer.from(archive.keyring).toString("base64"),
    };
    const runs = [1, 2, 3].map(
      () =>
        new Promise<string>((resolvePromise) => {
          const child = spawn(process.execPath, [program, JSON.stringify(settings)], {
            stdio: ["ignore", "pipe", "inherit"],
          });
          let output = "";
          child.stdout.on("data", (chunk) => (output += chunk));
          child.on("close", () => resolvePromise(output));
        }),
    );
    expect(await Promise.all(runs)).toEqual(Array(3).fill("2.41-12+deb13u1 2.41-12\n"));
    expect(await readdir(join(directory, "partial"))).toEqual([]);
  });
});
