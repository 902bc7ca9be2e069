import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join, normalize } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** What goes wrong with one answer. */
export interface Fault {
  /** Answer with this status and no content. */
  readonly status?: number;
  /** Headers to add. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Break the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Change the byte at this offset of the file. */
  readonly flipAt?: number;
  /** Wait so many milliseconds before answering. */
  readonly delay?: number;
  /** Wait so many milliseconds in the middle of the body. */
  readonly stall?: number;
  /** Answer a Range request with the whole file. */
  readonly noRange?: boolean;
  /** Send the body in pieces of so many bytes, one every so many milliseconds. */
  readonly drip?: { readonly bytes: number; readonly every: number };
  /** Send these bytes in place of the file's. */
  readonly content?: Uint8Array;
}

/** A real server on 127.0.0.1. */
export interface FolderServer {
  /** Without slash at the end. */
  readonly url: string;
  /** What was asked for, in order. */
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingMessage["headers"];
  }[];
  /** Decides for each request what goes wrong; null for nothing. */
  fault: (path: string, count: number) => Fault | null;
  close(): Promise<void>;
}

/** Serves the files below `directory` with ETag, Last-Modified, If-None-Match, If-Range and Range. */
export async function serveFolder(
  directory: string,
  options: { readonly etags?: boolean } = {},
): Promise<FolderServer> {
  const requests: { method: string; path: string; headers: IncomingMessage["headers"] }[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    requests.push({ method: request.method ?? "", path, headers: request.headers });
    const count = requests.filter((earlier) => earlier.path === path).length;
    answer({
      directory,
      request,
      response,
      path,
      fault: folder.fault(path, count) ?? {},
      etags: options.etags ?? true,
    }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const folder: FolderServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    fault: () => null,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return folder;
}

async function answer(call: {
  readonly directory: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly fault: Fault;
  readonly etags: boolean;
}): Promise<void> {
  const { request, response, fault } = call;
  if (fault.delay !== undefined) await pause(fault.delay);
  if (fault.status !== undefined) return void response.writeHead(fault.status, { ...fault.headers }).end();
  const file = join(call.directory, normalize(call.path));
  const found = fault.content ?? (await readFile(file).catch(() => null));
  if (found === null) return void response.writeHead(404).end();
  const etag = `"${createHash("sha1").update(found).digest("hex")}"`;
  const headers: Record<string, string> = { ...(call.etags ? { etag } : {}), ...fault.headers };
  if (call.etags && request.headers["if-none-match"] === etag) return void response.writeHead(304, headers).end();
  const content = Buffer.from(found);
  if (fault.flipAt !== undefined) content[fault.flipAt] = (content[fault.flipAt] ?? 0) ^ 1;
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  const ifRange = request.headers["if-range"];
  const start =
    asked === undefined || fault.noRange === true || (ifRange !== undefined && ifRange !== etag) ? 0 : Number(asked);
  if (start >= content.length && start > 0) return void response.writeHead(416).end();
  const body = content.subarray(start);
  const range = start > 0 ? { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` } : {};
  response.writeHead(start > 0 ? 206 : 200, { ...headers, ...range, "content-length": String(body.length) });
  if (fault.cutAfter !== undefined) {
    response.write(body.subarray(0, fault.cutAfter), () => setTimeout(() => response.destroy(), 200));
    return;
  }
  if (fault.drip !== undefined) {
    const { bytes, every } = fault.drip;
    for (let at = 0; at < body.length && !response.destroyed; at += bytes) {
      response.write(body.subarray(at, at + bytes));
      await pause(every);
    }
    return void response.end();
  }
  if (fault.stall !== undefined) {
    response.write(body.subarray(0, body.length >> 1));
    await pause(fault.stall);
    return void response.end(body.subarray(body.length >> 1));
  }
  response.end(body);
}
