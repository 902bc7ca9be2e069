import { createHmac } from "node:crypto";
import { HttpError } from "../../../http/error.ts";
import type { Http, HttpRequest } from "../../../http/fetch.ts";
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
 * Throws FLOW_WEBHOOK_REFUSED for any answer but 2xx, and HTTP errors where there is none; messages name the server alone, as
 * many services have the secret in the path.
 */
export async function postChange(
  change: PendingPost,
  { url, secret }: Webhook,
  { http, signal }: { readonly http: Http; readonly signal: AbortSignal },
): Promise<void> {
  const body = Buffer.from(change.body, "utf8");
  const response = await sent(http, url, {
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
  throw new FlowError("FLOW_WEBHOOK_REFUSED", `${serverOf(url)} answered ${response.status}`, {
    hint:
      response.status >= 300 && response.status < 400
        ? "redirects are not followed: name the final address"
        : "what receives it has to answer 200 to 299",
  });
}

async function sent(http: Http, url: string, request: HttpRequest) {
  try {
    return await http.request(url, request);
  } catch (cause) {
    if (!(cause instanceof HttpError)) throw cause;
    const { code, hint, status } = cause;
    throw new HttpError(code, cause.message.replaceAll(redactUrl(url), serverOf(url)), {
      cause: cause.cause,
      ...(hint === undefined ? {} : { hint }),
      ...(status === null ? {} : { status }),
    });
  }
}

function serverOf(url: string): string {
  return `${URL.parse(url)?.origin ?? "the webhook"}/…`;
}

function signatureOf(body: Uint8Array, secret: Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}
