import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { fetchCurrent } from "../../src/http/conditional.ts";
import { serveFolder } from "../support/serve-folder.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { testPorts } from "./clients.ts";

async function serveFeed() {
  const folder = await temporaryFolder();
  const file = join(folder, "feed");
  await writeFile(file, "first");
  const server = await serveFolder(folder);
  onTestFinished(server.close);
  return { server, file, request: { url: `${server.url}/feed`, name: "feed", maxBytes: 1000 } };
}

describe("fetchCurrent", () => {
  it("asks whether something has changed and transfers it only then", async () => {
    const { server, file, request } = await serveFeed();
    const ports = await testPorts();
    const first = await fetchCurrent(request, ports);
    expect(first.unchanged).toBe(false);
    expect(await fetchCurrent(request, ports)).toMatchObject({ sha256: first.sha256, unchanged: true });
    expect(server.requests[1]?.headers["if-none-match"]).toBeDefined();
    await writeFile(file, "second");
    const second = await fetchCurrent(request, ports);
    expect(second.unchanged).toBe(false);
    expect(Buffer.from((await ports.cache.read(second.sha256)) ?? "").toString()).toBe("second");
  });

  it("fetches anew when the cached content was damaged or is gone", async () => {
    const { server, request } = await serveFeed();
    const ports = await testPorts();
    const { sha256 } = await fetchCurrent(request, ports);
    await writeFile((await ports.cache.path(sha256)) ?? "", "fxrst");
    expect(await fetchCurrent(request, ports)).toMatchObject({ sha256 });
    expect(server.requests[1]?.headers["if-none-match"]).toBeUndefined();
    await ports.cache.drop(sha256);
    await fetchCurrent(request, ports);
    expect(Buffer.from((await ports.cache.read(sha256)) ?? "").toString()).toBe("first");
  });

  it("tries again when the connection breaks, and gives up in the end", async () => {
    const { server, request } = await serveFeed();
    const ports = await testPorts();
    server.fault = (_, count) => (count === 1 ? { cutAfter: 2 } : null);
    expect(await fetchCurrent(request, ports)).toMatchObject({ size: 5 });
    server.fault = () => ({ cutAfter: 2, content: Buffer.from("another that is longer") });
    await expect(fetchCurrent(request, ports)).rejects.toMatchObject({ code: "HTTP_NETWORK" });
  });

  it("goes on where an interrupted transfer stopped, unless the content has become another", async () => {
    const { server, file, request } = await serveFeed();
    const ports = await testPorts({ attempts: 1 });
    await writeFile(file, "0123456789");
    server.fault = () => ({ cutAfter: 6 });
    await expect(fetchCurrent(request, ports)).rejects.toMatchObject({ code: "HTTP_NETWORK" });
    server.fault = () => null;
    const { sha256 } = await fetchCurrent(request, ports);
    expect(server.requests.at(-1)?.headers).toMatchObject({ range: "bytes=6-", "if-range": expect.any(String) });
    expect(Buffer.from((await ports.cache.read(sha256)) ?? "").toString()).toBe("0123456789");

    await writeFile(file, "abcdefghij");
    server.fault = () => ({ cutAfter: 6 });
    await expect(fetchCurrent(request, ports)).rejects.toMatchObject({ code: "HTTP_NETWORK" });
    await writeFile(file, "ABCDEFGHIJ");
    server.fault = () => null;
    const other = await fetchCurrent(request, ports);
    expect(Buffer.from((await ports.cache.read(other.sha256)) ?? "").toString()).toBe("ABCDEFGHIJ");
    expect(await readdir(join(ports.cache.directory, "partial"))).toEqual([]);
  });

  it("tells when a proxy has cut content short, by the size in storage", async () => {
    const { server, request } = await serveFeed();
    server.fault = () => ({ headers: { "x-goog-stored-content-length": "9" } });
    await expect(fetchCurrent(request, await testPorts())).rejects.toMatchObject({
      code: "HTTP_NETWORK",
      message: expect.stringContaining("ended after 5 of 9 bytes"),
    });
  });

  it("refuses content with another MD5 than its storage says, after what was kept of an earlier try is fetched anew", async () => {
    const { server, request } = await serveFeed();
    const md5 = createHash("md5").update("first").digest("base64");
    const headers = { "x-goog-hash": `crc32c=AAAAAA==,md5=${md5}` };
    server.fault = () => ({ headers, flipAt: 1 });
    const ports = await testPorts();
    await expect(fetchCurrent(request, ports)).rejects.toMatchObject({ code: "HTTP_MISMATCH" });
    expect(server.requests).toHaveLength(1);
    server.fault = (_, count) => (count <= 2 ? { headers, flipAt: 1, cutAfter: 3 } : { headers });
    expect(await fetchCurrent(request, ports)).toMatchObject({ size: 5 });
    expect(server.requests.at(-1)?.headers.range).toBeUndefined();
  });

  it("counts what comes out of compressed answers, and never goes on in the middle of one", async () => {
    const { server, request } = await serveFeed();
    const ports = await testPorts();
    const headers = { "content-encoding": "gzip" };
    server.fault = () => ({ headers, content: gzipSync("x".repeat(1000)) });
    expect(await fetchCurrent(request, ports)).toMatchObject({ size: 1000 });
    server.fault = () => ({ headers, content: gzipSync("y".repeat(1_000_000)) });
    await expect(fetchCurrent(request, ports)).rejects.toMatchObject({ code: "HTTP_TOO_LARGE" });
  });

  it("refuses what is too large", async () => {
    const { file, request } = await serveFeed();
    await writeFile(file, "x".repeat(1001));
    await expect(fetchCurrent(request, await testPorts())).rejects.toMatchObject({ code: "HTTP_TOO_LARGE" });
  });

  it("reads file: URLs where allowed", async () => {
    const { file } = await serveFeed();
    const request = { url: pathToFileURL(file).href, name: "feed", maxBytes: 1000, files: true };
    const ports = await testPorts();
    const { sha256 } = await fetchCurrent(request, ports);
    expect(await ports.cache.read(sha256)).toEqual(await readFile(file));
    expect(await fetchCurrent(request, ports)).toMatchObject({ unchanged: true });
  });
});
