import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** How the registry behaves. */
export interface RegistryBehaviour {
  /** Whether it asks for a login: none, Basic, or tokens from its own `/token`. */
  readonly auth?: "none" | "basic" | "token";
  /** Name and password it accepts. With "token" and anonymous pulls allowed, pushes only need them. */
  readonly login?: { readonly username: string; readonly password: string };
  readonly anonymousPull?: boolean;
  /** A refresh token it accepts in place of name and password. */
  readonly identityToken?: string;
  /** Whether it has the referrers API: without, it is a registry of the time before OCI 1.1. */
  readonly referrers?: boolean;
  /** Whether a blob is found only in the repositories it was uploaded or mounted to. */
  readonly perRepository?: boolean;
  /** Where it listens; a free port by default. */
  readonly port?: number;
  /** Entries a page of a list has. */
  readonly pageSize?: number;
  /** The realm it names; its own by default. */
  readonly realm?: string;
  /** Origin to which blob downloads are redirected. */
  readonly redirectBlobs?: string;
  /** Called first for every request; true when it has answered. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingMessage["headers"];
}

/** A registry in this process, following the OCI distribution specification as far as the tests need. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly requests: SeenRequest[];
  readonly blobs: Map<string, Buffer>;
  /** By repository, then tag or digest. */
  readonly manifests: Map<string, Map<string, StoredManifest>>;
  /** Makes all tokens given so far worthless. */
  revokeTokens(): void;
  close(): Promise<void>;
}

interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** Starts a registry on 127.0.0.1. Fails where the port is taken. */
export async function startRegistry(behaviour: RegistryBehaviour = {}): Promise<TestRegistry> {
  const state: State = {
    behaviour,
    host: "",
    requests: [],
    blobs: new Map(),
    manifests: new Map(),
    links: new Set(),
    uploads: new Map(),
    tokens: new Map(),
  };
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    state.requests.push({ method, url, authorization: headers.authorization, headers });
    if (behaviour.intercept?.(request, response)) return;
    handle(state, request, response).catch((cause: unknown) => {
      response.destroy(cause instanceof Error ? cause : undefined);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(behaviour.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  state.host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const { host, requests, blobs, manifests } = state;
  const revokeTokens = () => state.tokens.clear();
  return { host, requests, blobs, manifests, revokeTokens, close, [Symbol.asyncDispose]: close };
}

interface State {
  readonly behaviour: RegistryBehaviour;
  host: string;
  readonly requests: SeenRequest[];
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, Map<string, StoredManifest>>;
  /** `repository@digest` of uploaded and mounted blobs. */
  readonly links: Set<string>;
  readonly uploads: Map<string, Buffer>;
  /** Tokens and the scopes they grant. */
  readonly tokens: Map<string, ReadonlySet<string>>;
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", `http://${state.host}`);
  if (url.pathname === "/token") return await giveToken(state, { request, response, url });
  const match = /^\/v2\/(.+?)\/(blobs|manifests|tags|referrers)\/(.*)$/.exec(url.pathname);
  const [, repository = "", kind = "", rest = ""] = match ?? [];
  const action = request.method === "GET" || request.method === "HEAD" ? "pull" : "push";
  if (!isAllowed(state, request, `${repository}:${action}`)) return challenge(state, response, { repository, action });
  const call: Call = { state, request, response, url, repository, rest };
  if (kind === "manifests") await handleManifest(call);
  else if (kind === "blobs" && rest.startsWith("uploads/")) await handleUpload(call);
  else if (kind === "blobs") handleBlob(call);
  else if (kind === "tags") listTags(call);
  else if (kind === "referrers") listReferrers(call);
  else if (url.pathname === "/v2/") response.writeHead(200).end("{}");
  else fail(response, { status: 404, code: "NAME_UNKNOWN" });
}

interface Call {
  readonly state: State;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly repository: string;
  /** The path after the kind. */
  readonly rest: string;
}

function isAllowed(state: State, request: IncomingMessage, scope: string): boolean {
  const { auth = "none", login } = state.behaviour;
  if (auth === "none") return true;
  const authorization = request.headers.authorization ?? "";
  if (auth === "basic") return login !== undefined && authorization === basic(login);
  return state.tokens.get(authorization.replace(/^Bearer /, ""))?.has(scope) === true;
}

function challenge(state: State, response: ServerResponse, wanted: { repository: string; action: string }): void {
  const { auth, realm = `http://${state.host}/token` } = state.behaviour;
  const bearer = `Bearer realm="${realm}",service="test",scope="repository:${wanted.repository}:${wanted.action}"`;
  response.setHeader("www-authenticate", auth === "basic" ? 'Basic realm="test"' : bearer);
  fail(response, { status: 401, code: "UNAUTHORIZED" });
}

interface TokenCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

async function giveToken(state: State, { request, response, url }: TokenCall): Promise<void> {
  const { login, identityToken, anonymousPull } = state.behaviour;
  const form = request.method === "POST" ? new URLSearchParams((await readAll(request)).toString()) : url.searchParams;
  const isUser =
    request.method === "POST"
      ? identityToken !== undefined && form.get("refresh_token") === identityToken
      : login !== undefined && request.headers.authorization === basic(login);
  if (!isUser && (request.headers.authorization !== undefined || !anonymousPull)) {
    return fail(response, { status: 401, code: "UNAUTHORIZED" });
  }
  const granted = new Set<string>();
  for (const scope of form.getAll("scope").flatMap((scopes) => scopes.split(" "))) {
    const [, name, actions = ""] = scope.split(":");
    for (const action of actions.split(",")) if (isUser || action === "pull") granted.add(`${name}:${action}`);
  }
  const token = randomUUID();
  state.tokens.set(token, granted);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ token }));
}

async function handleManifest({ state, request, response, repository, rest }: Call): Promise<void> {
  const stored = state.manifests.get(repository) ?? new Map<string, StoredManifest>();
  if (request.method === "PUT") {
    const bytes = await readAll(request);
    const digest = digestOf(bytes);
    if (rest.startsWith("sha256:") && rest !== digest) return fail(response, { status: 400, code: "DIGEST_INVALID" });
    for (const child of childrenOf(bytes)) {
      const known = findBlob(state, repository, child) !== undefined || stored.has(child);
      if (!known) return fail(response, { status: 404, code: "MANIFEST_BLOB_UNKNOWN" });
    }
    const condition = request.headers["if-match"];
    const current = stored.get(rest)?.bytes;
    if (condition !== undefined && (current === undefined || condition !== `"${digestOf(current)}"`)) {
      return fail(response, { status: 412, code: "UNSUPPORTED" });
    }
    const manifest = { mediaType: request.headers["content-type"] ?? "", bytes };
    stored.set(digest, manifest).set(rest, manifest);
    state.manifests.set(repository, stored);
    const subject = state.behaviour.referrers === true ? JSON.parse(bytes.toString()).subject?.digest : undefined;
    if (subject !== undefined) response.setHeader("oci-subject", subject);
    response.writeHead(201, { "docker-content-digest": digest }).end();
    return;
  }
  const manifest = stored.get(rest);
  if (manifest === undefined) return fail(response, { status: 404, code: "MANIFEST_UNKNOWN" });
  response.writeHead(200, {
    "content-type": manifest.mediaType,
    "content-length": manifest.bytes.length,
    "docker-content-digest": digestOf(manifest.bytes),
    etag: `"${digestOf(manifest.bytes)}"`,
  });
  response.end(request.method === "HEAD" ? undefined : manifest.bytes);
}

function childrenOf(bytes: Buffer): readonly string[] {
  const document = JSON.parse(bytes.toString());
  const children = [document.config, ...(document.layers ?? []), ...(document.manifests ?? [])];
  return children.filter((child) => child !== undefined).map((child) => child.digest);
}

/** The blob, where `repository` has it. */
function findBlob(state: State, repository: string, digest: string): Buffer | undefined {
  const isLinked = state.behaviour.perRepository !== true || state.links.has(`${repository}@${digest}`);
  return isLinked ? state.blobs.get(digest) : undefined;
}

function handleBlob({ state, request, response, repository, rest }: Call): void {
  const bytes = findBlob(state, repository, rest);
  if (bytes === undefined) {
    fail(response, { status: 404, code: "BLOB_UNKNOWN" });
    return;
  }
  if (state.behaviour.redirectBlobs !== undefined && request.method === "GET") {
    const location = `${state.behaviour.redirectBlobs}/v2/${repository}/blobs/${rest}`;
    response.writeHead(307, { location }).end();
    return;
  }
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const part = bytes.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    "content-length": part.length,
    ...(start > 0 ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : part);
}

async function handleUpload({ state, request, response, url, repository, rest }: Call): Promise<void> {
  const mount = url.searchParams.get("mount");
  if (mount !== null && findBlob(state, url.searchParams.get("from") ?? "", mount) !== undefined) {
    state.links.add(`${repository}@${mount}`);
    response.writeHead(201, { location: `/v2/${repository}/blobs/${mount}` }).end();
    return;
  }
  const id = request.method === "POST" ? randomUUID() : rest.slice("uploads/".length);
  const before = state.uploads.get(id) ?? Buffer.alloc(0);
  const body = await readAll(request);
  const range = /^(\d+)-(\d+)$/.exec(request.headers["content-range"] ?? "");
  if (range !== null && (Number(range[1]) !== before.length || Number(range[2]) !== before.length + body.length - 1)) {
    return fail(response, { status: 416, code: "BLOB_UPLOAD_INVALID" });
  }
  const bytes = Buffer.concat([before, body]);
  state.uploads.set(id, bytes);
  const digest = url.searchParams.get("digest");
  if (request.method !== "PUT" || digest === null) {
    response.writeHead(202, { location: `/v2/${repository}/blobs/uploads/${id}?_state=x%2Fy` }).end();
    return;
  }
  state.uploads.delete(id);
  if (digestOf(bytes) !== digest) return fail(response, { status: 400, code: "DIGEST_INVALID" });
  state.blobs.set(digest, bytes);
  state.links.add(`${repository}@${digest}`);
  response.writeHead(201, { location: `/v2/${repository}/blobs/${digest}` }).end();
}

function listTags({ state, response, url, repository }: Call): void {
  const stored = state.manifests.get(repository);
  if (stored === undefined) {
    fail(response, { status: 404, code: "NAME_UNKNOWN" });
    return;
  }
  const all = [...stored.keys()].filter((name) => !name.includes(":")).sort();
  const { items, next } = page(state, url, all);
  if (next !== null) response.setHeader("link", `<${next}>; rel="next"`);
  response
    .writeHead(200, { "content-type": "application/json" })
    .end(JSON.stringify({ name: repository, tags: items }));
}

function listReferrers({ state, response, url, repository, rest }: Call): void {
  if (state.behaviour.referrers !== true) {
    fail(response, { status: 404, code: "UNSUPPORTED" });
    return;
  }
  const found = new Map<string, unknown>();
  for (const { mediaType, bytes } of state.manifests.get(repository)?.values() ?? []) {
    const document = JSON.parse(bytes.toString());
    const digest = digestOf(bytes);
    const artifactType = document.artifactType ?? document.config?.mediaType;
    if (document.subject?.digest === rest) found.set(digest, { mediaType, digest, size: bytes.length, artifactType });
  }
  const { items, next } = page(state, url, [...found.keys()]);
  if (next !== null) response.setHeader("link", `<${next}>; rel="next"`);
  const type = "application/vnd.oci.image.index.v1+json";
  const manifests = items.map((digest) => found.get(digest));
  response
    .writeHead(200, { "content-type": type })
    .end(JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }));
}

/** The items after `last`, and the address of the next page. */
function page(state: State, url: URL, all: readonly string[]): { items: readonly string[]; next: string | null } {
  const size = state.behaviour.pageSize ?? 1000;
  const start = all.indexOf(url.searchParams.get("last") ?? "") + 1;
  const items = all.slice(start, start + size);
  const next = start + size < all.length ? `${url.pathname}?last=${encodeURIComponent(items.at(-1) ?? "")}` : null;
  return { items, next };
}

function fail(response: ServerResponse, answer: { readonly status: number; readonly code: string }): void {
  const body = { errors: [{ code: answer.code, message: "said the registry" }] };
  response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function basic(login: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
