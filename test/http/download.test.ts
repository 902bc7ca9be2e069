import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { download } from "../../src/http/download.ts";
import type { DownloadProgress } from "../../src/http/receive.ts";
import { type FolderServer, serveFolder } from "../support/serve-folder.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { testPorts } from "./clients.ts";

const size = 300_000;
const content = createHash("shake256", { outputLength: size }).update("content").digest();
const sha256 = createHash("sha256").update(content).digest("hex");

async function serveContent(options: { readonly etags?: boolean } = {}): Promise<FolderServer> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "file"), content);
  const server = await serveFolder(folder, options);
  onTestFinished(server.close);
  return server;
}

async function partials(directory: string): Promise<readonly string[]> {
  return await readdir(join(directory, "partial"));
}

describe("download", () => {
  it("brings the content into the cache and leaves nothing else", async () => {
    const server = await serveContent();
    const ports = await testPorts();
    const seen: DownloadProgress[] = [];
    const progress = (step: DownloadProgress) => seen.push(step);
    const request = { urls: [`${server.url}/file`], name: "file", sha256, size };
    expect(await download(request, { ...ports, progress })).toEqual({ sha256, size });
    expect(await ports.cache.read(sha256)).toEqual(content);
    expect(await partials(ports.cache.directory)).toEqual([]);
    expect(seen.at(-1)).toEqual({ name: "file", received: size, total: size });
  });

  it("does not ask for what is in the cache", async () => {
    const server = await serveContent();
    const ports = await testPorts();
    const request = { urls: [`${server.url}/file`], name: "file", sha256, size };
    await download(request, ports);
    await download(request, ports);
    expect(server.requests.length).toBe(1);
  });

  it("fetches anew what lies shortened in the cache", async () => {
    const server = await serveContent();
    const ports = await testPorts();
    const request = { urls: [`${server.url}/file`], name: "file", sha256, size };
    await download(request, ports);
    await writeFile((await ports.cache.path(sha256)) ?? "", content.subarray(0, 10));
    await download(request, ports);
    expect(await ports.cache.read(sha256)).toEqual(content);
  });

  it("goes on after a broken connection where it stopped", async () => {
    const server = await serveContent();
    server.fault = (_, count) => (count === 1 ? { cutAfter: 100_000 } : null);
    const ports = await testPorts();
    await download({ urls: [`${server.url}/file`], name: "file", sha256, size }, ports);
    expect(server.requests.map((request) => request.headers.range)).toEqual([undefined, "bytes=100000-"]);
    expect(ports.waits.length).toBe(1);
  });

  it("is stopped by the caller and goes on the next time", async () => {
    const server = await serveContent();
    server.fault = (_, count) => (count === 1 ? { stall: 5000 } : null);
    const ports = await testPorts();
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    const request = { urls: [`${server.url}/file`], name: "file", sha256, size };
    const progress = ({ received }: DownloadProgress) => received >= size / 2 && controller.abort(reason);
    await expect(download(request, { ...ports, signal: controller.signal, progress })).rejects.toBe(reason);
    expect(await ports.cache.path(sha256)).toBeNull();
    expect((await partials(ports.cache.directory)).length).toBe(1);
    await download(request, ports);
    expect(server.requests[1]?.headers.range).toMatch(/^bytes=\d+-$/);
    expect(await ports.cache.read(sha256)).toEqual(content);
    expect(await partials(ports.cache.directory)).toEqual([]);
  });

  it("starts over when what it went on from was wrong", async () => {
    const server = await serveContent();
    const ports = await testPorts();
    await ports.cache.folder("partial");
    await writeFile(join(ports.cache.directory, "partial", `${sha256}.free.0`), randomBytes(1000));
    await download({ urls: [`${server.url}/file`], name: "file", sha256, size }, ports);
    expect(server.requests.map((request) => request.headers.range)).toEqual(["bytes=1000-", undefined]);
    expect(await ports.cache.read(sha256)).toEqual(content);
  });

  it.each([
    ["the server ignores ranges", 1000, 200],
    ["more is there than there should be", size + 5, 200],
    ["everything is there already", size, 0],
  ])("works when %s", async (_, length, asked) => {
    const server = await serveContent();
    server.fault = () => ({ noRange: true });
    const ports = await testPorts();
    await ports.cache.folder("partial");
    const left = Buffer.concat([content, Buffer.alloc(10)]).subarray(0, length);
    await writeFile(join(ports.cache.directory, "partial", `${sha256}.free.0`), left);
    await download({ urls: [`${server.url}/file`], name: "file", sha256, size }, ports);
    expect(server.requests.length).toBe(asked === 0 ? 0 : 1);
    expect(await ports.cache.read(sha256)).toEqual(content);
  });

  it("works when a file of unknown size was complete already", async () => {
    const server = await serveContent();
    const ports = await testPorts();
    await ports.cache.folder("partial");
    await writeFile(join(ports.cache.directory, "partial", `${sha256}.free.0`), content);
    await download({ urls: [`${server.url}/file`], name: "file", sha256 }, ports);
    expect(await ports.cache.read(sha256)).toEqual(content);
  });

  it("does not mix two versions of a file whose hash is not known", async () => {
    const server = await serveContent();
    const ports = await testPorts({ attempts: 1 });
    const request = { urls: [`${server.url}/file`], name: "file" };
    server.fault = () => ({ cutAfter: 1000 });
    await expect(download(request, ports)).rejects.toMatchObject({ code: "HTTP_NETWORK" });
    const changed = Buffer.from(content).reverse();
    server.fault = () => ({ content: changed });
    const stored = await download(request, ports);
    expect(server.requests[1]?.headers["if-range"]).toMatch(/^"/);
    expect(await ports.cache.read(stored.sha256)).toEqual(changed);
  });

  it("goes on with an unchanged file whose hash is not known, and starts over without an entity tag", async () => {
    for (const etags of [true, false]) {
      const server = await serveContent({ etags });
      const ports = await testPorts();
      server.fault = (_, count) => (count === 1 ? { cutAfter: 1000 } : null);
      expect(await download({ urls: [`${server.url}/file`], name: "file" }, ports)).toEqual({ sha256, size });
      expect(server.requests[1]?.headers.range).toBe(etags ? "bytes=1000-" : undefined);
    }
  });

  it("refuses other content than announced, naming the address without its secrets", async () => {
    const server = await serveContent();
    server.fault = () => ({ flipAt: 7 });
    const ports = await testPorts();
    const url = `${server.url.replace("http://", "http://user:hunter2@")}/file`;
    const failure = await download({ urls: [url], name: "libc6", sha256, size }, ports).catch((error) => error);
    expect(failure).toMatchObject({
      code: "HTTP_MISMATCH",
      message: expect.stringMatching(/libc6 from http:.*\/file/),
    });
    expect(failure.message).not.toContain("hunter2");
    expect(await ports.cache.path(sha256)).toBeNull();
    expect(await partials(ports.cache.directory)).toEqual([]);
  });

  it("refuses more than announced while it comes", async () => {
    const server = await serveContent();
    const ports = await testPorts();
    const url = `${server.url}/file`;
    await expect(download({ urls: [url], name: "f", sha256, size: 1000 }, ports)).rejects.toMatchObject({
      code: "HTTP_TOO_LARGE",
    });
    await expect(download({ urls: [url], name: "f", maxBytes: 1000 }, ports)).rejects.toMatchObject({
      code: "HTTP_TOO_LARGE",
    });
    expect(await partials(ports.cache.directory)).toEqual([]);
  });

  it("takes the next mirror when one does not have it, is broken, or lies", async () => {
    const server = await serveContent();
    server.fault = (path) =>
      path.startsWith("/gone")
        ? { status: 404 }
        : path.startsWith("/ill")
          ? { status: 500 }
          : path.startsWith("/lie")
            ? { content: randomBytes(size) }
            : null;
    const ports = await testPorts();
    const urls = [
      "http://127.0.0.1:1/file",
      ...["/gone", "/ill", "/lie", "/file"].map((path) => `${server.url}${path}`),
    ];
    expect(await download({ urls, name: "file", sha256, size }, ports)).toEqual({ sha256, size });
    const failure = download({ urls: urls.slice(0, 3), name: "other", sha256: "0".repeat(64), size }, ports);
    await expect(failure).rejects.toMatchObject({
      message: expect.stringMatching(/^cannot download other: .*127.*; .*404.*; .*500/),
    });
  });

  it("reads file: URLs where that is allowed, and only there", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), content);
    const ports = await testPorts();
    const urls = [pathToFileURL(join(folder, "file")).href];
    await expect(download({ urls, name: "file", sha256 }, ports)).rejects.toMatchObject({ code: "HTTP_URL_INVALID" });
    expect(await download({ urls, name: "file", sha256, files: true }, ports)).toEqual({ sha256, size });
    const absent = { urls: [pathToFileURL(join(folder, "absent")).href], name: "absent", files: true };
    await expect(download(absent, ports)).rejects.toMatchObject({ code: "HTTP_STATUS", status: 404 });
  });
});

describe("several processes", () => {
  const program = fileURLToPath(new URL("download-process.ts", import.meta.url));

  function start(server: FolderServer, directory: string) {
    const child = spawn(process.execPath, [program, `${server.url}/file`, directory, sha256, String(size)], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const ended = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
    return { child, ended };
  }

  it("may download the same at once", async () => {
    const server = await serveContent();
    server.fault = () => ({ stall: 200 });
    const { cache } = await testPorts();
    const codes = await Promise.all([1, 2, 3].map(async () => await start(server, cache.directory).ended));
    expect(codes).toEqual([0, 0, 0]);
    expect(await cache.read(sha256)).toEqual(content);
    expect(await partials(cache.directory)).toEqual([]);
  });

  it("take over what a killed one left", async () => {
    const server = await serveContent();
    server.fault = (_, count) => (count === 1 ? { stall: 60_000 } : null);
    const ports = await testPorts();
    const { child, ended } = start(server, ports.cache.directory);
    await expect
      .poll(async () => await partialSize(ports.cache.directory), { timeout: 20_000 })
      .toBeGreaterThan(100_000);
    child.kill("SIGKILL");
    await ended;
    await download({ urls: [`${server.url}/file`], name: "file", sha256, size }, ports);
    expect(server.requests[1]?.headers.range).toMatch(/^bytes=\d+-$/);
    expect(await partials(ports.cache.directory)).toEqual([]);
  });

  async function partialSize(directory: string): Promise<number> {
    const [name] = await partials(directory).catch(() => []);
    return name === undefined ? 0 : (await readFile(join(directory, "partial", name))).length;
  }
});
