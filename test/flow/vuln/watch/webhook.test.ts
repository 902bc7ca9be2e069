import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHttp } from "../../../../src/http/fetch.ts";
import { schemaProblems } from "../../../integration/json-schema.ts";
import { watchedWorld } from "./world.ts";

interface Post {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver on 127.0.0.1 that answers each post by `answer`; what it took is in `taken`. */
async function startReceiver() {
  const posts: Post[] = [];
  const receiver = { posts, taken: [] as Post[], url: "", status: 204, headers: {} as Record<string, string> };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const post = { method: request.method ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() };
    posts.push(post);
    if (receiver.status < 300) receiver.taken.push(post);
    response.writeHead(receiver.status, receiver.headers).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}

const secret = Buffer.from("of two");

async function worldWithHook() {
  const world = await watchedWorld();
  // The real client, without its pauses.
  const http = createHttp({ fetch, userAgent: "hardpan/test", sleep: async () => {} });
  Object.assign(world.ports, { http });
  await world.push({ openssl: "3.5-1" });
  await world.import({ "CVE-2026-0001": { openssl: "3.5-2" } });
  const receiver = await startReceiver();
  const round = async (url = receiver.url) => (await world.round({ world: { webhook: { url, secret } } })).told;
  return { world, receiver, round };
}

describe("the webhook of a watch", () => {
  it("gets each change once, as JSON that docs/schema describes, signed with the secret", async () => {
    const { world, receiver, round } = await worldWithHook();
    const [told] = await round();
    await round();
    await world.import({ "CVE-2026-0001": { openssl: "3.5-2" }, "CVE-2026-0002": { openssl: null } });
    await round();
    await round();
    expect(receiver.posts).toHaveLength(2);
    const [first, second] = receiver.posts;
    expect(JSON.parse(first?.body ?? "")).toEqual(told);
    expect(schemaProblems("watch", JSON.parse(second?.body ?? ""))).toEqual([]);
    for (const { method, headers, body } of receiver.posts) {
      const signature = createHmac("sha256", secret).update(body).digest("hex");
      expect({ method, ...headers }).toMatchObject({
        method: "POST",
        "content-type": "application/json",
        "x-hardpan-event": "change",
        "x-hardpan-delivery": JSON.parse(body).id,
        "x-hardpan-signature": `sha256=${signature}`,
      });
    }
    expect(first?.headers["x-hardpan-delivery"]).not.toBe(second?.headers["x-hardpan-delivery"]);
  });

  it("gets nothing of a scan that found the same", async () => {
    const { world, receiver, round } = await worldWithHook();
    await round();
    world.clock.now = new Date("2026-06-03T00:00:00Z");
    await round();
    expect(receiver.posts).toHaveLength(1);
  });

  it.each([500, 429, 404])(
    "that answers %i gets the change again from the next run, and once it took it no more",
    async (status) => {
      const { receiver, round } = await worldWithHook();
      receiver.status = status;
      const told = await round();
      expect(told.map(({ event }) => event)).toEqual(["change", "failure"]);
      expect(told[1]).toMatchObject({ what: "webhook", code: "FLOW_WEBHOOK_REFUSED" });
      receiver.status = 200;
      expect(await round()).toEqual([]);
      await round();
      expect(receiver.taken).toHaveLength(1);
      expect(new Set(receiver.posts.map(({ headers }) => headers["x-hardpan-delivery"])).size).toBe(1);
      expect(JSON.parse(receiver.taken[0]?.body ?? "")).toEqual(told[0]);
    },
  );

  it("that cannot be reached gets changes in their order when it can", async () => {
    const { world, receiver, round } = await worldWithHook();
    const told = await round("http://127.0.0.1:9/hook");
    expect(told[1]).toMatchObject({ what: "webhook", code: "HTTP_NETWORK" });
    await world.import({ "CVE-2026-0002": { openssl: null } });
    await round();
    expect(receiver.taken.map(({ body }) => JSON.parse(body).added.map(({ id }: { id: string }) => id))).toEqual([
      ["CVE-2026-0001"],
      ["CVE-2026-0002"],
    ]);
  });

  it("is not followed elsewhere", async () => {
    const { receiver, round } = await worldWithHook();
    const other = await startReceiver();
    receiver.status = 307;
    receiver.headers = { location: other.url };
    const told = await round();
    expect(told[1]).toMatchObject({ code: "FLOW_WEBHOOK_REFUSED", hint: expect.stringContaining("redirects") });
    expect(other.posts).toEqual([]);
  });

  it("keeps its password out of what is told", async () => {
    const { receiver, round } = await worldWithHook();
    receiver.status = 403;
    const told = await round(receiver.url.replace("http://", "http://me:hunter2@").concat("?key=hunter2"));
    expect(JSON.stringify(told)).not.toContain("hunter2");
    expect(receiver.posts[0]?.headers.authorization).toMatch(/^Basic /);
  });

  it("is left alone for a while where it fails, and not asked for every reference", async () => {
    const { world, receiver } = await worldWithHook();
    await world.push({ openssl: "3.5-1" }, "2");
    receiver.status = 404;
    const references = [world.reference, world.reference.replace(/:1$/, ":2")];
    const { told } = await world.round({ request: { references }, world: { webhook: { url: receiver.url, secret } } });
    expect(told.filter(({ event }) => event === "change")).toHaveLength(2);
    expect(receiver.posts).toHaveLength(1);
  });
});
