import { execFileSync, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { dirname, join } from "node:path";

/** A repository being made in a test. */
export interface TestRepository {
  readonly folder: string;
  /** Runs git in it; returns its standard output without the end of line. */
  git(...args: readonly string[]): string;
  /** Writes files and commits all; returns the commit. Times count up from 2024-01-01, a day each. */
  commit(files: Readonly<Record<string, string | Uint8Array>>): Promise<string>;
}

const identity = {
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@x.test",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@x.test",
};

/** An empty repository in `folder`, made with the program git and none of the user's configuration. */
export async function createRepository(folder: string): Promise<TestRepository> {
  await mkdir(folder, { recursive: true });
  let commits = 0;
  const git = (...args: readonly string[]) => {
    const date = new Date(Date.UTC(2024, 0, 1 + commits)).toISOString();
    const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    const env = { ...process.env, ...identity, ...dates, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
    return execFileSync("git", args, { cwd: folder, env, encoding: "utf8", stdio: "pipe" }).trimEnd();
  };
  git("init", "--quiet", "--initial-branch=main");
  return {
    folder,
    git,
    async commit(files) {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", `commit ${commits}`);
      commits += 1;
      return git("rev-parse", "HEAD");
    },
  };
}

/** A server of git's smart protocol on 127.0.0.1. */
export interface GitServer extends AsyncDisposable {
  /** Without slash at the end. */
  readonly url: string;
  readonly requests: readonly { readonly url: string; readonly authorization: string | undefined }[];
}

/** Serves the repositories below `folder` by `git http-backend`; with `token` only to those who send it. */
export async function serveGit(folder: string, options: { readonly token?: string } = {}): Promise<GitServer> {
  const requests: { url: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const { authorization } = request.headers;
    requests.push({ url: request.url ?? "", authorization });
    if (options.token !== undefined && authorization !== `Bearer ${options.token}`) {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return;
    }
    runBackend(folder, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One request by CGI (RFC 3875). */
function runBackend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const env = {
    PATH: process.env["PATH"] ?? "",
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    REQUEST_METHOD: request.method ?? "GET",
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: request.headers["content-type"] ?? "",
    HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
    GIT_PROTOCOL: [request.headers["git-protocol"] ?? ""].flat().join(""),
  };
  const backend = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "ignore"] });
  request.pipe(backend.stdin);
  backend.stdin.on("error", () => undefined);
  let head = Buffer.alloc(0);
  backend.stdout.on("data", (chunk: Buffer) => {
    if (response.headersSent) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const lines = head
      .toString("latin1", 0, end)
      .split("\r\n")
      .map((line) => line.split(": "));
    const headers = Object.fromEntries(lines.map(([name = "", value = ""]) => [name.toLowerCase(), value]));
    const { status = "200", ...others } = headers;
    response.writeHead(Number.parseInt(status, 10), others);
    response.write(head.subarray(end + 4));
  });
  backend.on("close", () => response.end());
}
