import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { askHttp, type Endpoint, takesConnections } from "../../../src/check/run/probe.ts";
import type { HttpRequest } from "../../../src/check/spec/model.ts";

const get: HttpRequest = { port: 80, path: "/", method: "GET", headers: {}, body: null };
const limits = { timeout: 5_000, signal: new AbortController().signal };

async function listening(server: Server): Promise<Endpoint> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return { host: "127.0.0.1", port: isInfo(address) ? address.port : 0 };
}

function isInfo(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

const answering = async (listener: RequestListener) => await listening(createServer(listener));
const accepting = async (take: (socket: Socket) => void) => await listening(createTcpServer(take));

describe("asking by HTTP", () => {
  it("sends what it is told, and gives status, headers and body", async () => {
    const endpoint = await answering(async (request, response) => {
      const body = (await request.toArray()).join("");
      response
        .writeHead(201, { "X-Two": ["a", "b"] })
        .end(`${request.method} ${request.url} ${request.headers.host} ${body}`);
    });
    const answer = await askHttp(endpoint, { ...get, path: "/x?y", method: "PUT", body: "text" }, limits);
    expect(answer).toMatchObject({ status: 201, headers: { "x-two": "a, b" }, body: "PUT /x?y localhost:80 text" });
    const named = await askHttp(endpoint, { ...get, headers: { Host: "a.example" } }, limits);
    expect(named.body).toBe("GET / a.example ");
  });

  it("takes a change of protocols as an answer, and no answer as none", async () => {
    const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n";
    const endpoint = await accepting((socket) => void socket.write(switching));
    expect(await askHttp(endpoint, get, limits)).toEqual({
      status: 101,
      headers: { connection: "Upgrade", upgrade: "other" },
      body: "",
    });
    const closing = await accepting((socket) => void socket.destroy());
    await expect(askHttp(closing, get, limits)).rejects.toThrow(/socket hang up|reset|without an answer/);
  });

  it("follows no redirect", async () => {
    const endpoint = await answering((_, response) => void response.writeHead(302, { location: "/other" }).end());
    expect(await askHttp(endpoint, get, limits)).toMatchObject({ status: 302, headers: { location: "/other" } });
  });

  it("reads no more than the first MiB of an endless body", async () => {
    const endpoint = await answering((_, response) => {
      const send = () => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", send);
      send();
    });
    expect((await askHttp(endpoint, get, limits)).body).toHaveLength(1024 * 1024);
  });

  it.each<[string, RequestListener]>([
    ["no answer", () => {}],
    ["an answer that does not end", (_, response) => void response.write("a")],
  ])("gives up on %s in time", async (_, listener) => {
    const endpoint = await answering(listener);
    await expect(askHttp(endpoint, get, { ...limits, timeout: 300 })).rejects.toThrow(/timeout|abort/i);
  });

  it("throws for what is no HTTP, and where nobody listens", async () => {
    const endpoint = await accepting((socket) => void socket.end("hello\n"));
    await expect(askHttp(endpoint, get, limits)).rejects.toThrow();
    await expect(askHttp({ host: "127.0.0.1", port: 1 }, get, limits)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe("whether connections are taken", () => {
  it.each<[string, (socket: Socket) => void, boolean]>([
    ["waits for the client to speak", () => {}, true],
    ["greets and closes", (socket) => void socket.end("hello\n"), true],
    [
      "closes at once, as what publishes a port does for a service that does not listen",
      (socket) => void socket.end(),
      false,
    ],
    ["resets", (socket) => void socket.resetAndDestroy(), false],
  ])("is seen of one that %s", async (_, take, expected) => {
    expect(await takesConnections(await accepting(take), limits)).toBe(expected);
  });

  it("is seen where nobody listens, and where it is no longer of interest", async () => {
    expect(await takesConnections({ host: "127.0.0.1", port: 1 }, limits)).toBe(false);
    const signal = AbortSignal.timeout(50);
    expect(await takesConnections(await accepting(() => {}), { ...limits, signal })).toBe(false);
  });
});
