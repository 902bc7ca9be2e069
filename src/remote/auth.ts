import { parseChallenges } from "../http/auth.ts";
import type { Http } from "../http/fetch.ts";
import { type JsonObject, parseJsonObject } from "../oci/json.ts";
import { tokenServerUrl } from "./endpoint.ts";
import { RemoteError } from "./error.ts";

/**
 * What a user has for a registry: a name and password, the token that `docker login` stored in their place, which the token
 * server takes, or one that is sent to the registry itself.
 */
export type Credentials =
  | { readonly kind: "password"; readonly username: string; readonly password: string }
  | { readonly kind: "identity-token"; readonly token: string }
  | { readonly kind: "registry-token"; readonly token: string };

/** Finds the credentials for a repository; null where there are none. */
export type CredentialLookup = (place: {
  readonly registry: string;
  readonly repository: string;
}) => Promise<Credentials | null>;

/** Answers a registry's challenges, and remembers its answers. */
export interface Authorizer {
  /** The Authorization header to send for `scope`, as far as known. */
  known(scope: string): string | null;
  /**
   * The Authorization header that meets the challenge `header` for `scope`. Throws REMOTE_UNAUTHORIZED where credentials are
   * missing or wrong, REMOTE_CREDENTIALS where they could not be looked up and are needed, REMOTE_INVALID for a challenge
   * that cannot or should not be met.
   */
  answer(header: string, scope: string, signal?: AbortSignal): Promise<string>;
  /** The error for a request that the registry refuses with what it was sent. */
  refused(): RemoteError;
}

/** What an authorizer works with; `name` is the repository in full, for messages. */
export interface AuthorizerOptions {
  readonly http: Http;
  readonly origin: string;
  readonly registry: string;
  readonly name: string;
  readonly credentials: () => Promise<Credentials | null>;
}

/**
 * An authorizer for one repository (distribution's token and Basic authentication). Logins that cannot be looked up are no
 * failure yet: much is given to everybody.
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const headers = new Map<string, string>();
  let lookupFailure: RemoteError | null = null;
  const refused = () => lookupFailure ?? unauthorized(options.name, options.registry);
  const asking: Asking = {
    ...options,
    refused,
    credentials: async () => {
      try {
        return await options.credentials();
      } catch (cause) {
        if (!(cause instanceof RemoteError)) throw cause;
        lookupFailure = cause;
        return null;
      }
    },
  };
  return {
    known: (scope) => headers.get(scope) ?? null,
    refused,
    async answer(header, scope, signal) {
      headers.delete(scope);
      const challenges = parseChallenges(header);
      const bearer = challenges.find((challenge) => challenge.scheme === "bearer");
      const basic = challenges.find((challenge) => challenge.scheme === "basic");
      if (bearer === undefined && basic === undefined) {
        throw new RemoteError("REMOTE_INVALID", `${options.origin} asks for a kind of login that is not supported`, {
          hint: "token (Bearer) and Basic authentication are",
        });
      }
      const authorization =
        bearer === undefined
          ? await basicHeader(asking)
          : `Bearer ${await bearerToken(asking, { parameters: bearer.parameters, scope, ...(signal && { signal }) })}`;
      headers.set(scope, authorization);
      return authorization;
    },
  };
}

interface Asking extends AuthorizerOptions {
  readonly refused: () => RemoteError;
}

/** REMOTE_UNAUTHORIZED for `name`, with what to type. */
function unauthorized(name: string, registry: string): RemoteError {
  return new RemoteError("REMOTE_UNAUTHORIZED", `${registry} wants a login for ${name}`, {
    hint: `check the name; if it is right, run: docker login ${registry === "docker.io" ? "" : registry}`.trimEnd(),
  });
}

async function basicHeader(asking: Asking): Promise<string> {
  const credentials = await asking.credentials();
  if (credentials?.kind !== "password") throw asking.refused();
  return basic(credentials);
}

function basic(credentials: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`, "utf8").toString("base64")}`;
}

interface TokenQuestion {
  readonly parameters: Readonly<Record<string, string>>;
  readonly scope: string;
  readonly signal?: AbortSignal;
}

/** The user's own token for the registry, else what the token server gives; its answer is at most 1 MiB. */
async function bearerToken(asking: Asking, question: TokenQuestion): Promise<string> {
  const credentials = await asking.credentials();
  if (credentials?.kind === "registry-token") return credentials.token;
  const url = tokenServerUrl(question.parameters["realm"] ?? "", asking.origin);
  const { service } = question.parameters;
  const fields = new URLSearchParams(service === undefined ? {} : { service });
  for (const scope of question.scope.split(" ")) fields.append("scope", scope);
  const request =
    credentials?.kind === "identity-token"
      ? refreshRequest(url, fields, credentials.token)
      : tokenRequest(url, fields, credentials);
  const response = await asking.http.request(request.url, {
    ...request,
    accept: "any",
    redirects: 0,
    maxBytes: 1 << 20,
    ...(question.signal === undefined ? {} : { signal: question.signal }),
  });
  if (response.status === 401 || response.status === 403) {
    await response.discard();
    throw asking.refused();
  }
  if (response.status !== 200) {
    await response.discard();
    throw new RemoteError("REMOTE_FAILED", `the token server ${url.origin} answered ${response.status}`, {
      hint:
        response.status === 429
          ? "it is busy: try again later"
          : "try again; if it stays so, tell the registry's operator",
    });
  }
  return readToken(await response.bytes(), url.origin);
}

interface TokenRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function tokenRequest(url: URL, fields: URLSearchParams, credentials: Credentials | null): TokenRequest {
  const asked = new URL(url);
  const password = credentials?.kind === "password" ? credentials : null;
  if (password !== null) asked.searchParams.set("account", password.username);
  for (const [name, value] of fields) asked.searchParams.append(name, value);
  return { url: asked.href, method: "GET", headers: password === null ? {} : { authorization: basic(password) } };
}

/** An identity token is exchanged by POST (distribution, "oauth2 token authentication"); scopes stand in one field. */
function refreshRequest(url: URL, fields: URLSearchParams, token: string): TokenRequest {
  const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "hardpan", refresh_token: token });
  const service = fields.get("service");
  if (service !== null) form.set("service", service);
  form.set("scope", fields.getAll("scope").join(" "));
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return { url: url.href, method: "POST", headers, body: form.toString() };
}

/** Errors are without a cause: what JSON.parse says may quote the token. */
function readToken(answer: Uint8Array, origin: string): string {
  const bad = new RemoteError("REMOTE_INVALID", `the token server ${origin} sent no token`, {
    hint: "tell the registry's operator",
  });
  let fields: JsonObject;
  try {
    fields = parseJsonObject(answer, "the token");
  } catch {
    throw bad;
  }
  for (const token of [fields["token"], fields["access_token"]]) {
    if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return token;
  }
  throw bad;
}
