import { type IncomingMessage, request as startRequest } from "node:http";
import { connect } from "node:net";
import type { HttpRequest } from "../spec/model.ts";

/** An address on this machine. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** An answer by HTTP; of its body the first MiB. */
export interface HttpAnswer {
  readonly status: number;
  /** By name in lower case; several of one name with commas between them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const longestBody = 1024 * 1024;

/** Asks once, follows nothing. Throws where there is no answer within `timeout` milliseconds. */
export async function askHttp(
  endpoint: Endpoint,
  request: HttpRequest,
  { timeout, signal }: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<HttpAnswer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  return await new Promise<HttpAnswer>((resolve, reject) => {
    let isAnswered = false;
    const asked = startRequest(
      {
        ...endpoint,
        path: request.path,
        method: request.method,
        headers: { host: `localhost:${request.port}`, ...lowerCased(request.headers) },
        agent: false,
        signal: limit,
      },
      (response) => {
        isAnswered = true;
        readBody(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body }),
          reject,
        );
      },
    );
    asked.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body: "" });
    });
    asked.on("error", reject);
    asked.on("close", () => {
      if (!isAnswered) reject(new Error("the connection was closed without an answer"));
    });
    asked.end(request.body ?? undefined);
  });
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return Object.fromEntries(entries);
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const piece: Buffer = chunk;
    chunks.push(piece);
    size += piece.length;
    if (size >= longestBody) break;
  }
  return Buffer.concat(chunks).subarray(0, longestBody).toString("utf8");
}

/** Milliseconds that a connection must hold: what publishes a port accepts it, and closes it where the service does not. */
const held = 300;

/** Whether a service takes connections: one that is closed at once without a byte does not count. */
export async function takesConnections(
  endpoint: Endpoint,
  { timeout, signal }: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const socket = connect({ ...endpoint });
    const end = (answer: boolean) => {
      signal.removeEventListener("abort", abort);
      socket.destroy();
      resolve(answer);
    };
    const abort = () => end(false);
    signal.addEventListener("abort", abort);
    socket.setTimeout(timeout, abort);
    socket.on("error", abort);
    socket.on("close", abort);
    socket.on("data", () => end(true));
    socket.on("connect", () => setTimeout(() => end(!socket.destroyed && !socket.readableEnded), held));
  });
}
