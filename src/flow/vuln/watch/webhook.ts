import { createHmac } from "node:crypto";
import type { Http } from "../../../http/fetch.ts";
import { redactUrl } from "../../../http/redact.ts";
import { FlowError } from "../../error.ts";
import type { PendingPost } from "./record.ts";

/** Where changes are posted. */
export interface Webhook {
  /** http: or https:; a user name and password in it are sent as such. */
  readonly url: string;
  /** What posts are signed with; null where they are not. */
  readonly secret: Uint8Array | null;
}

/**
 * Posts a change as JSON. Receivers tell tries of one change by the header X-Hardpan-Delivery, and check X-Hardpan-Signature:
 * `sha256=` and the HMAC-SHA256 of the body in hex. Redirects are not followed: the change would go where nobody asked for.
 * Throws FLOW_WEBHOOK_REFUSED for any answer but 2xx, and HTTP errors where there is none.
 */
export async function postChange(
  change: PendingPost,
  { url, secret }: Webhook,
  { http, signal }: { readonly http: Http; readonly signal: AbortSignal },
): Promise<void> {
  const body = Buffer.from(change.body, "utf8");
  const response = await http.request(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-hardpan-event": "change",
      "x-hardpan-delivery": change.id,
      ...(secret === null ? {} : { "x-hardpan-signature": signatureOf(body, secret) }),
    },
    body,
    signal,
    retry: true,
    redirects: 0,
    accept: "any",
    maxBytes: 65_536,
  });
  await response.discard();
  if (response.status >= 200 && response.status < 300) return;
  throw new FlowError("FLOW_WEBHOOK_REFUSED", `${redactUrl(url)} answered ${response.status}`, {
    hint:
      response.status >= 300 && response.status < 400
        ? "redirects are not followed: name the final address"
        : "what receives it has to answer 200 to 299",
  });
}

function signatureOf(body: Uint8Array, secret: Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}
