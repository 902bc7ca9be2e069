import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { resolve } from "../../../src/apt/resolve.ts";
import { openArchiveIndex } from "../../../src/flow/supply/archive-index.ts";
import type { ArchiveContents, ArchiveRequest } from "../../../src/flow/supply/archive-request.ts";
import { aptFor } from "../../apt/apt-program.ts";
import { makeDebianArchive, type TestPackage, testKey } from "../../support/debian-archive.ts";
import { flowPorts } from "../../support/flow.ts";
import { has } from "../../support/program.ts";
import { makeRepository, type TestRepository } from "../../support/repository.ts";
import { serveFolder } from "../../support/serve-folder.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const debian: readonly TestPackage[] = [
  { name: "libc6", version: "2.41-1", architecture: "amd64" },
  { name: "same", version: "1-1" },
  { name: "newer", version: "1-1" },
  { name: "newer", version: "1-1+deb13u1", pocket: "security" },
  { name: "older", version: "3-1" },
  { name: "ported", version: "1-1" },
  { name: "ported", version: "2-1~bpo13+1", pocket: "backports" },
  { name: "only-ported", version: "2-1~bpo13+1", pocket: "backports" },
  { name: "unfree", version: "1-1", component: "contrib" },
];
const vendor: readonly TestPackage[] = [
  { name: "same", version: "1-1", files: { "usr/share/doc/same/copyright": "the vendor's" } },
  { name: "newer", version: "1-2~vendor" },
  { name: "older", version: "2-1" },
  { name: "web", version: "5", depends: "libc6 (>= 2.40), newer" },
];

async function world(options: { readonly packages?: readonly TestPackage[] } = {}) {
  const directory = await temporaryFolder();
  const archive = await makeDebianArchive({
    directory: join(directory, "archive"),
    packages: debian,
    architectures: ["amd64"],
  });
  const repository = await makeRepository({
    directory: join(directory, "vendor"),
    packages: options.packages ?? vendor,
  });
  const notes: string[] = [];
  const ports = await flowPorts({ archive, catalog: directory, cache: join(directory, "cache") });
  const report = { ...ports.report, note: (text: string) => void notes.push(text) };
  return { directory, archive, repository, notes, ports: { ...ports, report } };
}

type World = Awaited<ReturnType<typeof world>>;

async function open(
  { ports, repository }: World,
  contents: Partial<ArchiveContents>,
  request: Partial<ArchiveRequest> = {},
) {
  const wanted = { repositories: [repository.line], keyring: [repository.keyUrl], ...contents };
  const index = await openArchiveIndex(wanted, { codename: "trixie", architecture: "amd64", ...request }, ports);
  onTestFinished(() => index.close());
  return index;
}

const backports = "deb http://mirror.example/debian trixie-backports main";

describe("openArchiveIndex", () => {
  it("adds a repository to Debian's archive: the highest version is taken, Debian's among equals", async () => {
    const made = await world();
    const index = await open(made, {});
    expect(index.releases.map(({ suite }) => suite)).toEqual([
      "trixie",
      "trixie-updates",
      "trixie-security",
      `${made.repository.url} trixie`,
    ]);
    const taken = resolve({ packages: ["web", "same", "older"] }, index).packages;
    expect(taken.map(({ name, version, pocket }) => `${name} ${version} ${pocket}`)).toEqual([
      "libc6 2.41-1 release",
      "newer 1-2~vendor third-party",
      "older 3-1 release",
      "same 1-1 release",
      "web 5 third-party",
    ]);
  });

  it("reads lines of Debian's own archive from the mirrors in use, whatever host they name", async () => {
    const made = await world();
    const contrib = "deb http://mirror.example/debian trixie contrib";
    const index = await open(made, { repositories: [contrib, backports], keyring: [] });
    expect(index.find("unfree")[0]).toMatchObject({ suite: "trixie", pocket: "release" });
    expect(index.find("ported").map(({ version, suite }) => `${version} ${suite}`)).toEqual([
      "1-1 trixie",
      "2-1~bpo13+1 trixie-backports",
    ]);
    const taken = resolve({ packages: ["only-ported", "ported=2-1~bpo13+1"] }, index).packages;
    expect(taken.map(({ version }) => version)).toEqual(["2-1~bpo13+1", "2-1~bpo13+1"]);
    expect((await open(made, { repositories: [], keyring: [] })).find("unfree")).toEqual([]);
  });

  it("takes only the parts of Debian's archive that are asked for", async () => {
    const index = await open(await world(), { repositories: [backports] }, { pockets: ["release"] });
    expect(index.releases.map(({ suite }) => suite)).toEqual(["trixie"]);
  });

  it("leaves out a repository that cannot be reached, with a note, as long as nothing of it is needed", async () => {
    const made = await world();
    const line = `deb [signed-by=/usr/share/keyrings/gone.gpg] http://127.0.0.1:9/debian trixie main`;
    const index = await open(made, {
      repositories: [line],
      keyring: [`http://127.0.0.1:9/k#sha256:${"0".repeat(64)}`],
    });
    expect(made.notes).toEqual([expect.stringContaining(line)]);
    expect(resolve({ packages: ["newer"] }, index).packages.map(({ version }) => version)).toEqual(["1-1+deb13u1"]);
    expect(() => resolve({ packages: ["web"] }, index)).toThrow(
      expect.objectContaining({ code: "APT_UNSATISFIABLE", message: expect.stringContaining(`not read: ${line}`) }),
    );
  });

  it("leaves out a repository whose key cannot be reached, and one that has nothing for the architecture", async () => {
    const made = await world();
    const gone = made.repository.keyUrl.replace("vendor.asc", "gone.asc");
    expect((await open(made, { keyring: [gone] })).find("web")).toEqual([]);
    expect(made.notes).toEqual([expect.stringContaining("gone.asc")]);
    const other = await makeRepository({ directory: await temporaryFolder(), packages: [], architectures: ["arm64"] });
    const index = await open(made, { repositories: [other.line], keyring: [other.keyUrl] });
    expect(index.unreachable).toMatchObject([{ line: other.line, reason: expect.stringContaining("for amd64") }]);
  });

  it("does not ask a repository of another architecture", async () => {
    const made = await world();
    const line = made.repository.line.replace("[", "[arch=arm64 ");
    const index = await open(made, { repositories: [line] });
    expect([index.find("web"), index.unreachable, made.notes]).toEqual([[], [], []]);
  });

  it("fails for a repository that is reached and cannot be trusted, needed or not", async () => {
    const made = await world();
    const other = await makeRepository({ directory: await temporaryFolder(), packages: [] });
    await expect(open(made, { keyring: [other.keyUrl] })).rejects.toMatchObject({ code: "APT_KEY_UNKNOWN" });
    await expect(open(made, { keyring: [] })).rejects.toMatchObject({ code: "APT_KEYRING_MISSING" });
    const unsigned = await makeRepository({ directory: await temporaryFolder(), packages: [], key: "none" });
    await expect(open(made, { repositories: [unsigned.line], keyring: [unsigned.keyUrl] })).rejects.toMatchObject({
      code: "APT_UNSIGNED",
    });
    await expect(open(made, { repositories: ["https://packages.example/apk"] })).rejects.toMatchObject({
      code: "APT_REPOSITORY_INVALID",
    });
  });

  it("reads a repository once for several runs, and offline from the cache", async () => {
    const made = await world();
    const server = await serveFolder(made.repository.directory);
    onTestFinished(server.close);
    const line = made.repository.line.replace(made.repository.url, `${server.url}/repository`);
    await open(made, { repositories: [line] });
    const before = server.requests.length;
    made.ports = { ...made.ports, maxAge: 1 };
    await open(made, { repositories: [line] });
    expect(server.requests.length).toBe(before);
    await rm(made.repository.directory, { recursive: true });
    await rm(made.archive.directory, { recursive: true });
    made.ports = { ...made.ports, offline: true };
    expect((await open(made, { repositories: [line] })).find("web").length).toBe(1);
  });
});

describe.skipIf(!has("apt-get"))("judged by apt-get (skipped where it is not installed)", () => {
  /** The line, with the key where it really is. */
  const forApt = ({ line, keyUrl }: TestRepository) =>
    line.replace("/usr/share/keyrings/vendor.gpg", fileURLToPath(keyUrl));

  it.each([
    ["web same older", "trixie", []],
    ["web same older newer", "./", []],
    ["ported only-ported", "trixie", []],
    ["ported=2-1~bpo13+1 web", "trixie", []],
    ["newer web", "trixie", [["NotAutomatic", "yes"] as const]],
  ])("takes %s from the same places, with a repository %s %j", async (request, suite, fields) => {
    const made = await world();
    const repository = await makeRepository({ directory: await temporaryFolder(), packages: vendor, suite, fields });
    const [main = ""] = made.archive.mirrors.main;
    const key = join(made.directory, "debian.asc");
    await writeFile(key, (await testKey()).toPublic().armor());
    const apt = await aptFor(made.archive, [
      forApt(repository),
      `deb [signed-by=${key}] ${main} trixie-backports main`,
    ]);
    apt("update");
    const output = apt("--simulate", "install", ...request.split(" "));
    const theirs = [...output.matchAll(/^Inst (\S+) \((\S+)/gm)].map(([, name, version]) => `${name} ${version}`);
    const contents = { repositories: [repository.line, backports], keyring: [repository.keyUrl] };
    const ours = resolve({ packages: request.split(" ") }, await open(made, contents)).packages;
    expect(theirs.length).toBeGreaterThan(1);
    expect(ours.map(({ name, version }) => `${name} ${version}`)).toEqual(theirs.sort());
  });
});
