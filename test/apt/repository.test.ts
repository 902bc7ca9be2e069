import { readFile } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { mergeIndex } from "../../src/apt/index/merged.ts";
import { fetchPackages } from "../../src/apt/package-download.ts";
import type { AptOptions, AptPorts } from "../../src/apt/ports.ts";
import { fetchKeyring } from "../../src/apt/repository/keys.ts";
import { parseRepositoryLine } from "../../src/apt/repository/line.ts";
import { acquireRepository } from "../../src/apt/repository.ts";
import { strangerKey, testKey } from "../support/debian-archive.ts";
import { makeRepository, type TestRepository, type TestRepositoryOptions } from "../support/repository.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { testArchive, testPorts } from "./archives.ts";

const packages = [
  { name: "web", version: "2-1", architecture: "amd64" as const, depends: "libc6" },
  { name: "web-doc", version: "2-1" },
];

async function made(options: Partial<TestRepositoryOptions> = {}) {
  const repository = await makeRepository({ directory: await temporaryFolder(), packages, ...options });
  return { repository, ports: await testPorts(await testArchive()) };
}

async function open(
  repository: TestRepository,
  ports: AptPorts,
  options: AptOptions & { readonly line?: string; readonly keys?: readonly string[] } = {},
) {
  const keyrings = await Promise.all(
    (options.keys ?? [repository.keyUrl]).map(async (url) => await fetchKeyring(url, ports, {})),
  );
  const part = await acquireRepository(
    {
      repository: parseRepositoryLine(options.line ?? repository.line),
      keyrings,
      architecture: "amd64",
      codename: "trixie",
    },
    ports,
    options,
  );
  const index = mergeIndex([part], { architecture: "amd64" });
  onTestFinished(() => index.close());
  return index;
}

describe("acquireRepository", () => {
  it("reads a repository that its own key signs, and says of each package where it is from", async () => {
    const { repository, ports } = await made();
    const index = await open(repository, ports);
    const suite = `${repository.url} trixie`;
    expect(index.releases).toMatchObject([{ suite, pocket: "third-party", automatic: true }]);
    const [web] = index.find("web");
    expect(web).toMatchObject({ version: "2-1", suite, pocket: "third-party", mirror: repository.url });
    const [deb] = repository.debs;
    const fetched = await fetchPackages(web === undefined ? [] : [web], ports);
    expect(await readFile(fetched.get(deb?.sha256 ?? "")?.path ?? "")).toEqual(await readFile(deb?.path ?? ""));
  });

  it.each(["./", "/", "debian13/"])("reads the flat repository %s", async (suite) => {
    const { repository, ports } = await made({ suite });
    const index = await open(repository, ports);
    expect(index.find("web")[0]).toMatchObject({ suite: `${repository.url} ${suite}`, mirror: repository.url });
    expect(index.find("web-doc").length).toBe(1);
  });

  it("refuses what is signed by another key than the line allows, naming the keyring", async () => {
    const { repository, ports } = await made();
    const other = await makeRepository({ directory: await temporaryFolder(), packages: [] });
    await expect(open(repository, ports, { keys: [other.keyUrl] })).rejects.toMatchObject({
      code: "APT_KEY_UNKNOWN",
      message: expect.stringContaining(`${repository.url}/dists/trixie/InRelease`),
      hint: expect.stringContaining(other.keyUrl),
    });
    await expect(open(repository, ports, { keys: [] })).rejects.toMatchObject({
      code: "APT_KEYRING_MISSING",
      message: expect.stringContaining(repository.line),
    });
  });

  it("takes Debian's own keys for Debian's own repositories only", async () => {
    const { repository, ports } = await made({ key: await testKey() });
    const byDebian = repository.line.replace("vendor.gpg", "debian-archive-keyring.gpg");
    expect((await open(repository, ports, { line: byDebian, keys: [] })).find("web").length).toBe(1);
    const stranger = await made();
    const line = stranger.repository.line.replace("vendor.gpg", "debian-archive-keyring.gpg");
    await expect(open(stranger.repository, ports, { line })).rejects.toMatchObject({ code: "APT_KEY_UNKNOWN" });
  });

  it("finds the right one of several keyrings, and of their keys the one that a fingerprint names", async () => {
    const { repository, ports } = await made();
    const other = await makeRepository({ directory: await temporaryFolder(), packages: [] });
    const keys = [other.keyUrl, repository.keyUrl];
    const line = (options: string) => repository.line.replace(/\[.*\]/, options);
    expect((await open(repository, ports, { keys, line: line("") })).find("web").length).toBe(1);
    const own = repository.key.getFingerprint();
    expect((await open(repository, ports, { keys, line: line(`[signed-by=${own}]`) })).find("web").length).toBe(1);
    const others = other.key.getFingerprint();
    await expect(open(repository, ports, { keys, line: line(`[signed-by=${others}]`) })).rejects.toMatchObject({
      code: "APT_KEY_UNKNOWN",
    });
  });

  it("verifies again when other keys are to count, though it was read before", async () => {
    const { repository, ports } = await made();
    await open(repository, ports);
    const other = await makeRepository({ directory: await temporaryFolder(), packages: [] });
    const recent = { maxAge: 1_000_000, keys: [other.keyUrl] };
    await expect(open(repository, ports, recent)).rejects.toMatchObject({ code: "APT_KEY_UNKNOWN" });
  });

  it.each<[string, Partial<TestRepositoryOptions>, string]>([
    ["that is not signed", { key: "none" }, "APT_UNSIGNED"],
    ["that has expired", { validUntil: "2026-01-12T00:00:00Z" }, "APT_EXPIRED"],
    ["from the future", { date: "2026-02-01T00:00:00Z" }, "APT_NOT_YET_VALID"],
    ["of another suite", { codename: "bookworm" }, "APT_WRONG_SUITE"],
    ["without packages for the architecture", { architectures: ["arm64"] }, "APT_INDEX_MISSING"],
  ])("refuses a repository %s", async (_, options, code) => {
    const { repository, ports } = await made(options);
    await expect(open(repository, ports)).rejects.toMatchObject({ code });
  });

  it("refuses one older than what it has seen", async () => {
    const key = await strangerKey();
    const directory = await temporaryFolder();
    const newer = await makeRepository({ directory, packages, key, date: "2026-01-12T00:00:00Z" });
    const ports = await testPorts(await testArchive());
    await open(newer, ports);
    const older = await makeRepository({ directory, packages, key, date: "2026-01-11T00:00:00Z" });
    await expect(open(older, ports)).rejects.toMatchObject({ code: "APT_ROLLBACK" });
  });

  it("is there offline once it was read", async () => {
    const { repository, ports } = await made();
    await expect(open(repository, ports, { offline: true })).rejects.toMatchObject({ code: "APT_OFFLINE" });
    await open(repository, ports);
    expect((await open(repository, ports, { offline: true })).find("web").length).toBe(1);
  });
});
