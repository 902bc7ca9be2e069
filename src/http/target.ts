import { HttpError } from "./error.ts";
import { redactUrl } from "./redact.ts";

/** Where a request goes: `url` without credentials, and the Authorization header its user name and password stand for. */
export interface Target {
  readonly url: URL;
  readonly authorization: string | null;
}

/** Takes the credentials out of `url`. Throws HTTP_URL_INVALID for what is not `http:`, `https:` or, with `files`, `file:`. */
export function parseTarget(url: string, options: { readonly files?: boolean } = {}): Target {
  const parsed = URL.parse(url);
  if (parsed === null) throw new HttpError("HTTP_URL_INVALID", "not a URL", { hint: "give an absolute URL" });
  const allowed = parsed.protocol === "http:" || parsed.protocol === "https:";
  if (!allowed && !(options.files === true && parsed.protocol === "file:")) {
    throw new HttpError("HTTP_URL_INVALID", `cannot fetch ${redactUrl(url)}: ${parsed.protocol} is not allowed here`, {
      hint: "use an http: or https: URL",
    });
  }
  const authorization = parsed.username === "" && parsed.password === "" ? null : basic(parsed, url);
  parsed.username = "";
  parsed.password = "";
  parsed.hash = "";
  return { url: parsed, authorization };
}

/** A request after a redirect: where it goes now, and with what. */
export interface Step {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly keepsBody: boolean;
}

const secrets = new Set(["authorization", "cookie", "proxy-authorization"]);
const bodyHeaders = new Set(["content-length", "content-type", "content-encoding"]);

/**
 * The request that `location` asks for after `step` was answered with `status` (RFC 9110 §15.4). Credentials do not
 * follow to another origin. Throws HTTP_REDIRECT for a missing or unusable location and for a step from https to http.
 */
export function redirected(step: Step, answer: { readonly status: number; readonly location: string | null }): Step {
  const from = redactUrl(step.url.href);
  const to = answer.location === null ? null : URL.parse(answer.location, step.url.href);
  if (to === null || (to.protocol !== "http:" && to.protocol !== "https:")) {
    throw new HttpError("HTTP_REDIRECT", `${from} redirects to ${to === null ? "nowhere" : to.protocol}`, {
      hint: "the server is misconfigured; use another address",
    });
  }
  if (step.url.protocol === "https:" && to.protocol === "http:") {
    throw new HttpError("HTTP_REDIRECT", `${from} redirects from https to ${redactUrl(to.href)}`, {
      hint: "an encrypted request is not continued without encryption; use another address",
    });
  }
  to.username = "";
  to.password = "";
  to.hash = "";
  const rewrites = answer.status === 303 ? step.method !== "HEAD" : answer.status < 303 && step.method === "POST";
  const dropped = (name: string) =>
    (rewrites && bodyHeaders.has(name)) || (to.origin !== step.url.origin && secrets.has(name));
  return {
    url: to,
    method: rewrites ? "GET" : step.method,
    headers: Object.fromEntries(Object.entries(step.headers).filter(([name]) => !dropped(name.toLowerCase()))),
    keepsBody: step.keepsBody && !rewrites,
  };
}

function basic({ username, password }: URL, url: string): string {
  try {
    const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(text, "utf8").toString("base64")}`;
  } catch {
    // The cause would quote the secret.
    throw new HttpError(
      "HTTP_URL_INVALID",
      `cannot fetch ${redactUrl(url)}: its user name or password cannot be read`,
      {
        hint: "write what is no letter or digit in them as % and two hexadecimal digits, in UTF-8",
      },
    );
  }
}
