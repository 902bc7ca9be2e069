import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHttp } from "../../src/http/fetch.ts";
import { testHttp } from "./clients.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

async function serve(handler: Handler): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => handler(request, response, ++count));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

describe("request", () => {
  it("returns status, headers and body", async () => {
    const url = await serve((_, response) => response.writeHead(200, { "x-a": "b" }).end("hello"));
    const response = await testHttp().http.request(`${url}/x`);
    expect([response.status, response.headers.get("x-a"), await response.text()]).toEqual([200, "b", "hello"]);
  });

  it("asks for uncompressed bytes and says who asks", async () => {
    const url = await serve((request, response) =>
      response.end(`${request.headers["accept-encoding"]} ${request.headers["user-agent"]}`),
    );
    expect(await (await testHttp().http.request(url)).text()).toBe("identity hardpan/test");
  });

  it("tries again after 503 and a broken connection, waiting longer each time", async () => {
    const url = await serve((request, response, count) => {
      if (count === 1) response.writeHead(503).end();
      else if (count === 2) request.socket.destroy();
      else response.end("done");
    });
    const { http, waits } = testHttp();
    expect(await (await http.request(url)).text()).toBe("done");
    expect(waits).toEqual([500, 1000]);
  });

  it("gives up after the last try with the status", async () => {
    const url = await serve((_, response) => response.writeHead(502).end());
    const { http, waits } = testHttp({ attempts: 3 });
    await expect(http.request(url)).rejects.toMatchObject({ code: "HTTP_STATUS", status: 502 });
    expect(waits.length).toBe(2);
  });

  it.each([
    ["2", 2000],
    ["Thu, 15 Jan 2026 00:00:07 GMT", 7000],
    ["nonsense", 500],
  ])("waits as Retry-After: %s asks", async (header, wait) => {
    const url = await serve((_, response, count) =>
      count === 1 ? response.writeHead(429, { "retry-after": header }).end() : response.end(),
    );
    const { http, waits } = testHttp();
    await http.request(url);
    expect(waits).toEqual([wait]);
  });

  it("does not wait an hour because a server says so", async () => {
    const url = await serve((_, response) => response.writeHead(503, { "retry-after": "3600" }).end());
    const { http, waits } = testHttp();
    await expect(http.request(url)).rejects.toMatchObject({ code: "HTTP_STATUS" });
    expect(waits).toEqual([]);
  });

  it("does not repeat a POST, or what is not there", async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests += 1;
      response.writeHead(request.method === "POST" ? 503 : 404).end();
    });
    await expect(testHttp().http.request(url, { method: "POST" })).rejects.toMatchObject({ status: 503 });
    await expect(testHttp().http.request(url)).rejects.toMatchObject({ status: 404 });
    expect(requests).toBe(2);
  });

  it("hands over the statuses the caller can deal with", async () => {
    const url = await serve((_, response) =>
      response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end("who?"),
    );
    const response = await testHttp().http.request(url, { accept: [401] });
    expect([response.status, await response.text()]).toEqual([401, "who?"]);
    expect((await testHttp().http.request(url, { accept: "any" })).status).toBe(401);
  });

  it("times out when nothing comes, also in the middle of the body", async () => {
    const silent = await serve(() => undefined);
    const { http } = testHttp({ idle: 60, attempts: 2 });
    await expect(http.request(silent)).rejects.toMatchObject({ code: "HTTP_TIMEOUT" });
    const stalling = await serve(
      (_, response) => void response.writeHead(200, { "content-length": "10" }).write("abc"),
    );
    const response = await http.request(stalling);
    await expect(response.bytes()).rejects.toMatchObject({ code: "HTTP_TIMEOUT" });
  });

  it("does not time out while bytes keep coming, in either direction", async () => {
    const url = await serve(async (request, response) => {
      for await (const _ of request);
      response.flushHeaders();
      for (let i = 0; i < 5; i++) {
        response.write("x");
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      response.end();
    });
    async function* slow() {
      for (let i = 0; i < 5; i++) {
        yield Buffer.from("y");
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    }
    const { http } = testHttp({ idle: 120, attempts: 1 });
    expect(await (await http.request(url, { method: "PUT", body: slow })).text()).toBe("xxxxx");
  });

  it("refuses a body larger than the limit", async () => {
    const url = await serve((_, response) => response.end(Buffer.alloc(5000)));
    const { http } = testHttp();
    await expect((await http.request(url, { maxBytes: 4999 })).bytes()).rejects.toMatchObject({
      code: "HTTP_TOO_LARGE",
    });
    await expect((await http.request(url)).bytes(4999)).rejects.toMatchObject({ code: "HTTP_TOO_LARGE" });
    expect((await (await http.request(url, { maxBytes: 5000 })).bytes()).length).toBe(5000);
  });

  it("stops at once, with the caller's reason, when the caller aborts", async () => {
    const url = await serve(() => undefined);
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    setTimeout(() => controller.abort(reason), 30);
    await expect(testHttp().http.request(url, { signal: controller.signal })).rejects.toBe(reason);
    await expect(testHttp().http.request(url, { signal: controller.signal })).rejects.toBe(reason);
  });

  it("says that a server cannot be reached, and does not ask again for a name that does not exist", async () => {
    const { http, waits } = testHttp();
    await expect(http.request("http://127.0.0.1:1/x")).rejects.toMatchObject({ code: "HTTP_NETWORK" });
    expect(waits.length).toBe(3);
    await expect(http.request("http://no-such-host.invalid/")).rejects.toMatchObject({
      code: "HTTP_NETWORK",
      message: expect.stringMatching(/no-such-host\.invalid.*(ENOTFOUND|EAI_AGAIN)/),
    });
  });

  it.each(["not a url", "ftp://example.org/x", "file:///etc/passwd", "data:text/plain,x"])(
    "does not fetch %s",
    async (url) => {
      await expect(testHttp().http.request(url)).rejects.toMatchObject({ code: "HTTP_URL_INVALID" });
    },
  );

  it("does not fetch with a password that is no text, and does not show it", async () => {
    const error = await testHttp()
      .http.request("http://me:hunter2%ff@127.0.0.1/x")
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "HTTP_URL_INVALID" });
    expect(JSON.stringify([String(error), error])).not.toContain("hunter2");
  });
});

describe("redirects", () => {
  it("are followed, and counted", async () => {
    const url = await serve((request, response) =>
      request.url === "/end" ? response.end("end") : response.writeHead(302, { location: "/end" }).end(),
    );
    expect(await (await testHttp().http.request(url)).text()).toBe("end");
    const loop = await serve((_, response) => response.writeHead(307, { location: "/again" }).end());
    await expect(testHttp().http.request(loop)).rejects.toMatchObject({ code: "HTTP_REDIRECT" });
    expect((await testHttp().http.request(loop, { redirects: 0, accept: [307] })).status).toBe(307);
  });

  it("do not take credentials to another origin, or the body of a POST to its answer", async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers.cookie, request.method, request.headers["content-type"]);
      response.end();
    });
    const url = await serve((_, response) => response.writeHead(303, { location: other }).end());
    await testHttp().http.request(url, {
      method: "POST",
      body: "secret",
      headers: { Authorization: "Bearer t", Cookie: "a=b", "Content-Type": "text/plain" },
    });
    expect(seen).toEqual([undefined, undefined, "GET", undefined]);
  });

  it.each(["file:///etc/passwd", "ftp://example.org/", "http://[bad"])("to %s are refused", async (location) => {
    const url = await serve((_, response) => response.writeHead(302, { location }).end());
    await expect(testHttp().http.request(url, { files: true })).rejects.toMatchObject({ code: "HTTP_REDIRECT" });
  });

  it("from https to http are refused", async () => {
    const http = createHttp({
      fetch: async () => new Response(null, { status: 301, headers: { location: "http://example.org/" } }),
      userAgent: "hardpan/test",
    });
    await expect(http.request("https://example.org/")).rejects.toMatchObject({ code: "HTTP_REDIRECT" });
  });
});

describe("secrets", () => {
  it("in a URL become a header, and are in no message", async () => {
    const url = await serve((request, response) =>
      request.headers.authorization === `Basic ${Buffer.from("us er:p@ss").toString("base64")}`
        ? response.end("in")
        : response.writeHead(403).end(),
    );
    const withUser = (user: string) => url.replace("http://", `http://${user}@`);
    expect(await (await testHttp().http.request(withUser("us%20er:p%40ss"))).text()).toBe("in");
    const failure = await testHttp()
      .http.request(`${withUser("user:hunter2")}/x?sig=hunter2`)
      .catch((error) => error);
    expect(failure).toMatchObject({ code: "HTTP_STATUS", status: 403 });
    expect(JSON.stringify([failure.message, failure.hint, failure.stack])).not.toContain("hunter2");
  });
});
