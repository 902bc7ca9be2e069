import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** The port of a server on 127.0.0.1 that gives `content` at every address, until the test is over. */
export async function serveContent(content: string | Uint8Array): Promise<number> {
  const server = createServer((_request, response) => response.end(content));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
