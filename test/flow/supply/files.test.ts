import { createHash } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openCache } from "../../../src/cache/cache.ts";
import { type FilePorts, fetchFiles, lockFiles } from "../../../src/flow/supply/files.ts";
import { createHttp } from "../../../src/http/fetch.ts";
import { type DefinitionFile, fileComponents } from "../../../src/image/input/file-component.ts";
import { fileFragment } from "../../../src/image/input/file-fragment.ts";
import { shownFragment } from "../../image/input/shown.ts";
import { createRepository, serveGit } from "../../support/git.ts";
import { has } from "../../support/program.ts";
import { refusal } from "../../support/refusal.ts";
import { serveFolder } from "../../support/serve-folder.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const content = Buffer.from("the content of x");
const hash = (algorithm: string, bytes: Uint8Array = content) => createHash(algorithm).update(bytes).digest("hex");
const [sha256, sha512, wrong] = [hash("sha256"), hash("sha512"), "ab".repeat(32)];

/** A server on this machine, which the client also reaches as `https://files.test`. */
async function setup(files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const folder = await temporaryFolder();
  for (const [path, bytes] of Object.entries({ "x.tar.gz": content, ...files }))
    await writeFile(join(folder, path), bytes);
  const server = await serveFolder(folder);
  onTestFinished(server.close);
  return { server, ...(await portsFor(server.url)) };
}

async function portsFor(url: string) {
  const directory = await temporaryFolder();
  await mkdir(join(directory, "tmp"));
  const notes: string[] = [];
  const http = createHttp({
    fetch: async (address, init) => await fetch(address.replace("https://files.test", url), init),
    userAgent: "hardpan/test",
    sleep: async () => {},
  });
  const ports: FilePorts = {
    cache: await openCache(join(directory, "cache")),
    http,
    offline: false,
    signal: new AbortController().signal,
    report: { step() {}, advance() {}, note: (text) => notes.push(text) },
    environment: { PATH: process.env["PATH"] },
    temporaryDirectory: join(directory, "tmp"),
  };
  return { ports, notes };
}

function file(url: string, checksum?: string, more: Partial<DefinitionFile> = {}): DefinitionFile {
  return { url, path: "/src/", ...(checksum === undefined ? {} : { checksum }), ...more };
}

const lock = async (item: DefinitionFile, ports: FilePorts) => (await lockFiles([item], ports))[0];

async function blobs(ports: FilePorts): Promise<readonly string[]> {
  const names = await readdir(join(ports.cache.directory, "blobs"), { recursive: true });
  return names.filter((name) => name.includes("/"));
}

describe("locking files", () => {
  it.each([
    ["sha256:", `sha256:${sha256}`, {}],
    ["64 digits", sha256.toUpperCase(), {}],
    ["sha512:", `sha512:${sha512}`, {}],
    ["a checksum beside the file", "https://files.test/x.tar.gz.sha256", { "x.tar.gz.sha256": `${sha256}\n` }],
    [
      "a list of checksums",
      "https://files.test/SHA512SUMS",
      { SHA512SUMS: `${"0".repeat(128)}  y\n${sha512}  x.tar.gz\n` },
    ],
  ])("verifies a file by %s", async (_, checksum, files) => {
    const { ports, notes } = await setup(files);
    const url = "https://files.test/x.tar.gz?mirror=2";
    expect(await lock(file(url, checksum), ports)).toEqual({ url, commit: null, sha256, size: content.length });
    expect(await ports.cache.read(sha256)).toEqual(content);
    expect(notes).toEqual([]);
  });

  it("takes a file over http with a checksum, and over https without, which it notes", async () => {
    const { ports, notes, server } = await setup();
    expect(await lock(file(`${server.url}/x.tar.gz`, sha256), ports)).toMatchObject({ sha256 });
    expect(await lock(file("https://files.test/x.tar.gz"), ports)).toMatchObject({ sha256, size: content.length });
    expect(notes).toEqual(["https://files.test/x.tar.gz has no checksum: what came now is locked, unverified"]);
  });

  it("does not fetch again what its checksum finds in the cache, also without network", async () => {
    const { ports, server } = await setup();
    for (const checksum of [`sha256:${sha256}`, `sha512:${sha512}`])
      await lock(file("https://files.test/x.tar.gz", checksum), ports);
    const before = server.requests.length;
    for (const checksum of [`sha256:${sha256}`, `sha512:${sha512}`]) {
      const offline = { ...ports, offline: true };
      expect(await lock(file("https://files.test/x.tar.gz", checksum), offline)).toMatchObject({ sha256 });
    }
    expect(server.requests.length).toBe(before);
    for (const checksum of [undefined, wrong, "https://files.test/SUMS"]) {
      const locking = lock(file("https://files.test/x.tar.gz", checksum), { ...ports, offline: true });
      await expect(locking).rejects.toThrow(refusal("FLOW_INPUT_MISSING", "https://files.test/x.tar.gz"));
    }
  });

  it("sends a secret to the file's host, and nowhere else", async () => {
    const { ports, server } = await setup({ SUMS: `${sha256}  x.tar.gz` });
    const elsewhere = await setup();
    const item = file("https://files.test/x.tar.gz", "https://files.test/SUMS", { "secret-id": "mirror" });
    const secrets = new Map([["mirror", "t0ken"]]);
    const locked = await lockFiles([item], { ...ports, secrets });
    const sent = server.requests.map(({ path, headers }) => `${path} ${headers.authorization ?? ""}`);
    expect(sent).toEqual(["/SUMS ", "/x.tar.gz Bearer t0ken"]);
    await ports.cache.drop(sha256);
    server.fault = () => ({ status: 302, headers: { location: "https://other.test/x.tar.gz" } });
    const http = createHttp({
      fetch: async (url, init) =>
        await fetch(
          url.replace("https://files.test", server.url).replace("https://other.test", elsewhere.server.url),
          init,
        ),
      userAgent: "x",
    });
    await expect(fetchFiles(locked, { ...ports, http })).rejects.toThrow(refusal("FLOW_SECRET_MISSING", "mirror"));
    await fetchFiles(locked, { ...ports, secrets, http });
    expect(server.requests.at(-1)?.headers.authorization).toBe("Bearer t0ken");
    expect(elsewhere.server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe("files that cannot be locked", () => {
  it.each([
    [`sha256:${wrong}`, `SHA-256 ${sha256}, not ${wrong}`],
    [`sha512:${"ab".repeat(64)}`, `SHA-512 ${sha512}, not ${"ab".repeat(64)}`],
    ["https://files.test/SUMS", `SHA-256 ${sha256}, not ${wrong}`],
  ])("have another checksum than %s; nothing is kept of them", async (checksum, message) => {
    const { ports } = await setup({ SUMS: `${wrong}  x.tar.gz` });
    const locking = lock(file("https://files.test/x.tar.gz", checksum), ports);
    await expect(locking).rejects.toThrow(refusal("FLOW_FILE_MISMATCH", "https://files.test/x.tar.gz"));
    await expect(locking).rejects.toThrow(refusal("FLOW_FILE_MISMATCH", message));
    expect(await blobs(ports)).toEqual([]);
  });

  it.each<readonly [string, DefinitionFile, string, string]>([
    ["come over http without checksum", file("http://h.test/x"), "FLOW_FILE_INVALID", "has no checksum"],
    ["are git over http without checksum", file("git+http://h.test/x.git#v1"), "FLOW_FILE_INVALID", "has no checksum"],
    [
      "have a checksum that comes over http",
      file("https://files.test/x.tar.gz", "http://h.test/SUMS"),
      "FLOW_FILE_INVALID",
      "without encryption",
    ],
    ["have a weak checksum", file("https://files.test/x.tar.gz", "01".repeat(20)), "FLOW_FILE_INVALID", "too weak"],
    [
      "are git with another checksum",
      file("git+https://files.test/x.git#v1", sha256),
      "FLOW_FILE_INVALID",
      "is a commit",
    ],
    ["are on this machine", file("file:///etc/passwd"), "FLOW_FILE_INVALID", "cannot be fetched"],
    ["are git on this machine", file("git+file:///x"), "FLOW_FILE_INVALID", "cannot be fetched"],
    ["are no address", file("x.tar.gz"), "FLOW_FILE_INVALID", "cannot be fetched"],
    ["hold credentials", file("https://u:pw@files.test/x"), "FLOW_FILE_INVALID", "holds credentials"],
    ["are not there", file("https://files.test/y"), "HTTP_STATUS", "404"],
    [
      "are not in their checksum file",
      file("https://files.test/x.tar.gz", "https://files.test/SUMS"),
      "FLOW_FILE_INVALID",
      "SUMS has no",
    ],
    [
      "have a huge checksum file",
      file("https://files.test/x.tar.gz", "https://files.test/HUGE"),
      "HTTP_TOO_LARGE",
      "HUGE",
    ],
    [
      "need a secret that is not given",
      file("https://files.test/x.tar.gz", sha256, { "secret-id": "no" }),
      "FLOW_SECRET_MISSING",
      "no",
    ],
    [
      "need a secret that is no token",
      file("https://files.test/x.tar.gz", sha256, { "secret-id": "bad" }),
      "FLOW_SECRET_MISSING",
      "bad",
    ],
    [
      "would send a secret in the open",
      file("http://h.test/x", sha256, { "secret-id": "bad" }),
      "FLOW_FILE_INVALID",
      "secret",
    ],
  ])("%s", async (_, item, code, message) => {
    const { ports } = await setup({ SUMS: `${sha256}  other`, HUGE: "x".repeat((1 << 20) + 1) });
    const secrets = new Map([["bad", "two\nlines"]]);
    const locking = lock(item, { ...ports, secrets });
    await expect(locking).rejects.toThrow(refusal(code, message));
    await expect(locking).rejects.toThrow(expect.objectContaining({ message: expect.not.stringMatching(/pw|two/) }));
    expect(await blobs(ports)).toEqual([]);
  });
});

describe("fetching locked files", () => {
  const locked = { url: "https://files.test/x.tar.gz", commit: null, sha256, size: content.length };

  it("brings what is missing into the cache, once", async () => {
    const { ports, server } = await setup();
    await fetchFiles([locked, locked], ports);
    expect(server.requests.length).toBe(1);
    await fetchFiles([locked], { ...ports, offline: true });
    expect(await ports.cache.read(sha256)).toEqual(content);
  });

  it("goes on where a connection broke, and keeps nothing else than what is locked", async () => {
    const { ports, server } = await setup();
    server.fault = (_, count) => (count === 1 ? { cutAfter: 5 } : null);
    await fetchFiles([locked], ports);
    expect(server.requests[1]?.headers.range).toBe("bytes=5-");
    await ports.cache.drop(sha256);
    for (const fault of [
      { flipAt: 3 },
      { content: content.subarray(1) },
      { content: Buffer.concat([content, content]) },
    ]) {
      server.fault = () => fault;
      await expect(fetchFiles([locked], ports)).rejects.toThrow(
        expect.objectContaining({ code: expect.stringMatching(/FLOW_FILE_MISMATCH|HTTP_TOO_LARGE/) }),
      );
    }
    expect(await blobs(ports)).toEqual([]);
    await expect(fetchFiles([locked], { ...ports, offline: true })).rejects.toThrow(refusal("FLOW_INPUT_MISSING"));
  });
});

describe.skipIf(!has("git"))("trees of git among files (need git)", () => {
  async function served() {
    const folder = await temporaryFolder();
    const repository = await createRepository(join(folder, "x.git"));
    const first = await repository.commit({ readme: "one" });
    repository.git("tag", "v1");
    const server = await serveGit(folder);
    onTestFinished(async () => await server[Symbol.asyncDispose]());
    return { repository, first, url: `git+${server.url}/x.git#v1`, ...(await portsFor(server.url)) };
  }

  it("are locked by commit and archive, and fetched by the commit though the tag has moved", async () => {
    const { repository, first, url, ports, notes } = await served();
    const locked = await lock(file(url, first), ports);
    expect(locked).toMatchObject({ url, commit: first, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    if (locked === undefined) return;
    await repository.commit({ readme: "two" });
    repository.git("tag", "--force", "v1");
    const { ports: others } = await served();
    await fetchFiles([locked], others);
    const input = { ...locked, path: "/src/x", mtime: 0, components: fileComponents({}, locked) };
    const rows = await shownFragment(fileFragment(input, others.cache), others.cache);
    expect(rows["src/x/readme"]).toBe("file 0644 0:0 2024-01-01 one");
    expect(rows["usr/share/hardpan/component/x.json"]).toContain("src/x/readme");
    expect(notes).toEqual([]);
    await expect(lock(file(url, first), ports)).rejects.toThrow(refusal("GIT_COMMIT_MISMATCH", first));
  });

  it("are refused when they are not what the lock says, and when nothing may be fetched", async () => {
    const { first, url, ports } = await served();
    const locked = { url, commit: first, sha256: wrong, size: 1 };
    await expect(fetchFiles([locked], ports)).rejects.toThrow(refusal("FLOW_FILE_MISMATCH", wrong));
    await ports.cache.drop((await lock(file(url, first), ports))?.sha256 ?? "");
    await expect(fetchFiles([locked], { ...ports, offline: true })).rejects.toThrow(refusal("GIT_OFFLINE"));
  });
});
