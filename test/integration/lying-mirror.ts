import { once } from "node:events";
import { createServer } from "node:http";
import { findMirrors } from "../../src/apt/sources.ts";

/** A Debian mirror on 127.0.0.1 that passes on what the live one serves, with one bit flipped where it is told to. */
export interface LyingMirror extends AsyncDisposable {
  /** For HARDPAN_DEBIAN_MIRROR. */
  readonly url: string;
  /** Paths it lies about; null for none. */
  lie: RegExp | null;
  /** What it has lied about. */
  readonly lies: readonly string[];
}

/** Starts the mirror in front of the first live one. */
export async function startLyingMirror(): Promise<LyingMirror> {
  const environment = process.env["HARDPAN_DEBIAN_MIRROR"];
  const live = await findMirrors({ now: Date.now(), ...(environment === undefined ? {} : { environment }) });
  const lies: string[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    const security = path.startsWith("/debian-security/");
    const base = (security ? live.security : live.main)[0];
    const answer = await fetch(`${base}${path.replace(/^\/debian(-security)?/, "")}`).catch(() => null);
    if (answer?.ok !== true) return void response.writeHead(answer?.status ?? 502).end();
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (mirror.lie?.test(path)) {
      lies.push(path);
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    }
    response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const mirror: LyingMirror = {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/debian`,
    lie: null,
    lies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return mirror;
}
