import { HttpError } from "./error.ts";
import { isPublicHost } from "./public-host.ts";
import { redactUrl } from "./redact.ts";

/** Where a request may be sent on to, besides its own host. A public host never sends on to one that is not. */
export interface RedirectRule {
  /** Host names; `any` where whoever gave the address vouches for the server. */
  readonly hosts: readonly string[] | "any";
}

/** Throws HTTP_REDIRECT when `rule` does not let a request to `from` be sent on to `to`. */
export function checkRedirect(rule: RedirectRule, { from, to }: { readonly from: URL; readonly to: URL }): void {
  if (from.host === to.host) return;
  const shown = `${redactUrl(from.href)} redirects to ${redactUrl(to.href)}`;
  if (isPublicHost(from.hostname) && !isPublicHost(to.hostname)) {
    throw new HttpError("HTTP_REDIRECT", `${shown}, which is not a public address`, {
      hint: "the server, or something between, is misconfigured or hostile; nothing was fetched from there",
    });
  }
  if (rule.hosts !== "any" && !rule.hosts.includes(to.host)) {
    throw new HttpError("HTTP_REDIRECT", `${shown}, a host that this address is not known to use`, {
      hint: "a login page of the network, or a moved server: check the address, or name another one",
    });
  }
}
