import type { HttpResponse } from "../http/body.ts";
import type { Http, HttpBody } from "../http/fetch.ts";
import { asArray, asObject, parseJsonObject } from "../oci/json.ts";
import type { RepositoryName } from "../oci/reference.ts";
import { type CredentialLookup, createAuthorizer } from "./auth.ts";
import { registryOrigin, sameRegistryUrl } from "./endpoint.ts";
import { RemoteError } from "./error.ts";

/** How to reach a registry. */
export interface RegistryOptions {
  readonly http: Http;
  /** Default: none are known. */
  readonly credentials?: CredentialLookup;
  /** Plain HTTP also for registries that are not on this machine. */
  readonly insecure?: boolean;
  /** A repository of the same registry whose blobs may be mounted in place of an upload. */
  readonly mountFrom?: RepositoryName;
  /** Uploads blobs in pieces of this many bytes, for proxies that limit a request's size; by default in one. */
  readonly chunkSize?: number;
}

/** One request to a repository. `target` is a path below `/v2/<name>/`, or an address the registry itself gave. */
export interface RepositoryRequest {
  readonly target: string | URL;
  /** What the token must allow. */
  readonly action: "pull" | "push";
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** Whether `body` can be given only once: then it is neither tried again nor sent again after a challenge. */
  readonly once?: boolean;
  /** Statuses the caller handles; any other throws. */
  readonly accept: readonly number[];
  /** Largest body of the answer in bytes; 4 MiB where not given. */
  readonly maxBytes?: number;
  /** What is asked for, for messages. */
  readonly what: string;
  readonly signal?: AbortSignal;
}

/** Sends requests to one repository, answering its challenges. */
export interface RepositoryClient {
  /** The repository in full, such as `docker.io/library/node`. */
  readonly name: string;
  readonly options: RegistryOptions;
  /** Throws REMOTE_UNAUTHORIZED, REMOTE_DENIED, REMOTE_NOT_FOUND, REMOTE_FAILED for statuses not accepted; HTTP_* errors. */
  send(request: RepositoryRequest): Promise<HttpResponse>;
  /** The address that `location`, given by the registry's answer from `base`, stands for. Throws REMOTE_INVALID. */
  follow(location: string | null, base: HttpResponse): URL;
}

/** A client for a repository. */
export function createRepositoryClient(
  place: { readonly registry: string; readonly repository: RepositoryName },
  options: RegistryOptions,
): RepositoryClient {
  const origin = registryOrigin(place.registry, options);
  const name = `${place.registry}/${place.repository}`;
  const credentials = async () => (await options.credentials?.(place)) ?? null;
  const authorizer = createAuthorizer({ http: options.http, origin, registry: place.registry, name, credentials });
  const scopes = scopesFor(place.repository, options.mountFrom);

  const attempt = async (request: RepositoryRequest, authorization: string | null) => {
    const url =
      typeof request.target === "string" ? `${origin}/v2/${place.repository}/${request.target}` : request.target.href;
    const method = request.method ?? "GET";
    return await options.http.request(url, {
      method,
      headers: { ...request.headers, ...(authorization === null ? {} : { authorization }) },
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(request.once === true ? { retry: false } : {}),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      accept: "any",
      redirects: method === "GET" || method === "HEAD" ? 5 : 0,
      maxBytes: request.maxBytes ?? 4 * 1024 * 1024,
    });
  };

  return {
    name,
    options,
    async send(request) {
      const scope = scopes[request.action];
      let response = await attempt(request, authorizer.known(scope));
      const challenge = response.headers.get("www-authenticate");
      const ours = new URL(response.location).origin === origin;
      if (response.status === 401 && challenge !== null && ours && request.once !== true) {
        await response.discard();
        response = await attempt(request, await authorizer.answer(challenge, scope, request.signal));
      }
      if (request.accept.includes(response.status)) return response;
      if (response.status !== 401)
        throw await failure(response, { name, registry: place.registry, what: request.what });
      await response.discard();
      throw authorizer.refused();
    },
    follow(location, base) {
      if (location === null) {
        throw new RemoteError("REMOTE_INVALID", `${name}: the registry's answer lacks its Location header`, {
          hint: "the registry, or a proxy before it, does not follow the distribution specification",
        });
      }
      return sameRegistryUrl(location, base.location);
    },
  };
}

/** What to ask a token for. With push comes pull, as registries look before they write. */
function scopesFor(repository: string, mountFrom: string | undefined): Readonly<Record<"pull" | "push", string>> {
  const push = `repository:${repository}:pull,push`;
  const mount = mountFrom === undefined ? "" : ` repository:${mountFrom}:pull`;
  return { pull: `repository:${repository}:pull`, push: `${push}${mount}` };
}

interface FailurePlace {
  readonly name: string;
  readonly registry: string;
  readonly what: string;
}

/** The error for an answer that was not expected, with what the registry says about it. */
async function failure(response: HttpResponse, place: FailurePlace): Promise<RemoteError> {
  const said = await registryMessage(response);
  const { status } = response;
  const about = `${place.name}: ${place.what}`;
  if (status === 403) {
    return new RemoteError("REMOTE_DENIED", `${about}: not allowed${said}`, {
      hint: `this login may not do that; another one may: docker login ${place.registry}`,
    });
  }
  if (status === 404) {
    return new RemoteError("REMOTE_NOT_FOUND", `${about}: not found${said}`, {
      hint: "check registry, repository and tag; a private repository may need docker login",
    });
  }
  const hint =
    status === 429
      ? "the registry limits how much may be asked: wait, or log in"
      : status >= 500
        ? "the registry has a problem of its own: try again later"
        : "the registry does not accept this; its operator can say why";
  return new RemoteError("REMOTE_FAILED", `${about}: the registry answered ${status}${said}`, { hint });
}

/** The `errors` of an answer (distribution-spec, "Error Codes") in one line; empty where it has none. */
async function registryMessage(response: HttpResponse): Promise<string> {
  try {
    const { errors } = parseJsonObject(await response.bytes(65_536), "the registry's answer");
    const [first = {}] = asArray(errors, "errors", asObject);
    const text = [first["code"], first["message"]].filter((part) => typeof part === "string").join(": ");
    // What a server sends must not drive the terminal it is shown on.
    const shown = text
      .replace(/[^\x21-\x7e]+/g, " ")
      .trim()
      .slice(0, 200);
    return shown === "" ? "" : ` (${shown})`;
  } catch {
    return "";
  }
}
