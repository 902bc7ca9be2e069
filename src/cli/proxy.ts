import http from "node:http";

const variables = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy"] as const;

/** Lets this process's requests go through the proxies the environment names, as curl's and apt's do. */
export function useProxies(environment: Readonly<Record<string, string | undefined>>): void {
  const set = variables.filter((name) => environment[name] !== undefined && environment[name] !== "");
  if (!set.some((name) => /https?_proxy/i.test(name))) return;
  http.setGlobalProxyFromEnv(Object.fromEntries(set.map((name) => [name, environment[name]])));
}
