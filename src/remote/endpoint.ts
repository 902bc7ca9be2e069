import { isIP } from "node:net";
import { RemoteError } from "./error.ts";

/** Where Docker Hub's registry answers; its name in references is docker.io. */
const dockerHubHost = "registry-1.docker.io";

/**
 * The origin of the registry `host[:port]`, such as `https://ghcr.io`. Plain HTTP is for this machine (localhost, 127.0.0.1,
 * [::1]) and, with `insecure`, for any.
 */
export function registryOrigin(registry: string, options: { readonly insecure?: boolean } = {}): string {
  const host = registry === "docker.io" ? dockerHubHost : registry;
  const plain = options.insecure === true || isLoopback(host.replace(/:\d+$/, ""));
  return new URL(`${plain ? "http" : "https"}://${host}`).origin;
}

/**
 * The address that a registry's answer from `origin` sends us to next (a Location or Link header), which must be of the same
 * registry: credentials go along. A proxy that is wrong about the scheme alone is corrected. Throws REMOTE_INVALID.
 */
export function sameRegistryUrl(location: string, base: string): URL {
  const { origin, host, protocol } = new URL(base);
  const url = URL.parse(location, base);
  if (url !== null && url.host === host && url.username === "" && url.password === "") url.protocol = protocol;
  if (url !== null && url.origin === origin && url.username === "") return url;
  throw new RemoteError("REMOTE_INVALID", `${origin} sends us to ${url === null ? "an invalid URL" : url.origin}`, {
    hint: "credentials are not sent to another place; the registry or a proxy before it is misconfigured",
  });
}

/**
 * The token server a registry names in a challenge: the registry's own origin, or any named https server. Throws
 * REMOTE_INVALID for others, which could be used to draw out credentials or to reach into the local network.
 */
export function tokenServerUrl(realm: string, origin: string): URL {
  const url = URL.parse(realm);
  if (url !== null && url.username === "" && url.password === "") {
    if (url.origin === origin) return url;
    const isNamed = isIP(url.hostname.replace(/^\[|\]$/g, "")) === 0 && !isLoopback(url.hostname);
    if (url.protocol === "https:" && origin.startsWith("https:") && isNamed) return url;
  }
  throw new RemoteError("REMOTE_INVALID", `${origin} names the token server ${url?.origin ?? "of an invalid URL"}`, {
    hint: "a token server must be the registry itself or be reached by https under a name; no credentials were sent",
  });
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || /^127(?:\.\d{1,3}){3}$/.test(hostname) || hostname === "[::1]";
}
