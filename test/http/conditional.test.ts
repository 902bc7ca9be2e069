import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
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
    server.fault = () => ({ cutAfter: 2, content: Buffer.from("other") });
    await expect(fetchCurrent(request, ports)).rejects.toMatchObject({ code: "HTTP_NETWORK" });
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
