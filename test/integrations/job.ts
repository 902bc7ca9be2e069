import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { writeLayout } from "../../src/content/layout.ts";
import { type CliResult, type Json, root, startHardpan } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { pushTinyImage } from "../support/tiny-image.ts";
import { feedFolder, lines, osvNpm } from "../vuln/examples.ts";

/** A secret of the service, which must be nowhere in what a job prints or writes. */
export const token = "t0ken-0f-the-j0b";

/** A request to the service's API. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
}

/** A service on this machine that keeps comments as GitHub and GitLab do, two on a page. */
export interface Service {
  /** Without slash at the end. */
  readonly url: string;
  readonly requests: ApiRequest[];
  /** All comments, as the API gives them. */
  readonly comments: Json[];
  /** Where redirects lead. */
  location: string | null;
  /** Answers in place of the service where it returns a status. */
  refuse: (request: ApiRequest) => number | null;
}

/** How a service words its API. */
export interface Dialect {
  /** The path of the list of comments. */
  readonly list: string;
  /** The path of one comment, without its number. */
  readonly one: string;
  readonly update: "PATCH" | "PUT";
  /** A comment as written with the token. */
  readonly written: (id: number, body: string) => Json;
  /** Who the token is of, by path. */
  readonly known: Readonly<Record<string, Json>>;
}

/** Starts a service that speaks `dialect`, until the test is over. */
export async function startService(dialect: Dialect): Promise<Service> {
  const service: { url: string } & Service = {
    url: "",
    requests: [],
    comments: [],
    location: null,
    refuse: () => null,
  };
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(incoming.url ?? "", service.url);
    const request = {
      method: incoming.method ?? "",
      path: url.pathname,
      headers: incoming.headers,
      body: text === "" ? null : JSON.parse(text),
    };
    service.requests.push(request);
    const answer = (status: number, document: Json) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(document));
    const refused = service.refuse(request);
    if (service.location !== null) response.setHeader("location", service.location);
    if (refused !== null) return answer(refused, { message: "said the service" });
    if (dialect.known[request.path] !== undefined) return answer(200, dialect.known[request.path]);
    if (request.path === dialect.list && request.method === "GET") {
      const page = Number(url.searchParams.get("page") ?? 1);
      if (page * 2 < service.comments.length) {
        url.searchParams.set("page", String(page + 1));
        response.setHeader("link", `<${url.href}>; rel="next"`);
      }
      return answer(200, service.comments.slice(page * 2 - 2, page * 2));
    }
    if (request.path === dialect.list && request.method === "POST") {
      const comment = dialect.written(100 + service.comments.length, request.body.body);
      service.comments.push(comment);
      return answer(201, comment);
    }
    const found = service.comments.find(({ id }) => request.path === `${dialect.one}${id}`);
    if (found === undefined || request.method !== dialect.update) return answer(404, { message: "Not Found" });
    found.body = request.body.body;
    return answer(200, found);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return service;
}

/** Two images of an application, the second with one vulnerability more and one less, and the feeds that say so. */
export async function imagePair() {
  const folder = await temporaryFolder();
  const push = async (name: string, packages: Readonly<Record<string, string>>) => {
    const files = Object.entries(packages).map(([of, version]) => [
      `app/node_modules/${of}/package.json`,
      JSON.stringify({ name: of, version }),
    ]);
    await writeLayout(join(folder, name), async (target) => {
      await target.tag(await pushTinyImage(target, { layers: [Object.fromEntries(files)] }), "1");
    });
    return `oci-dir://${join(folder, name)}:1`;
  };
  const fixedIn = (fixed: string) => [{ introduced: "0" }, { fixed }];
  const feed = lines(
    osvNpm("GHSA-aaaa-aaaa-aaaa", "left", fixedIn("2.0.0")),
    osvNpm("GHSA-bbbb-bbbb-bbbb", "right", fixedIn("2.0.0")),
  );
  return {
    folder,
    cache: join(folder, "cache"),
    before: await push("before", { left: "1.0.0" }),
    after: await push("after", { left: "2.0.0", right: "1.0.0", "@acme/security": "1.0.0" }),
    advisories: await feedFolder({ "npm.ndjson": feed }),
  };
}

/** Runs a script of `integrations` as a job does, in `folder`. */
export async function runScript(
  script: string,
  {
    folder,
    cache,
    environment,
  }: { readonly folder: string; readonly cache: string; readonly environment: Readonly<Record<string, string>> },
): Promise<CliResult> {
  const program = join(root, "integrations", script);
  return await startHardpan([], { program, cwd: folder, cache, environment }).finished;
}
