import type { HttpResponse } from "../http/body.ts";
import { type JsonObject, parseJsonObject } from "../oci/json.ts";
import type { RepositoryClient, RepositoryRequest } from "./client.ts";
import { RemoteError } from "./error.ts";

/** A page of a list, and its answer. */
export interface Page {
  readonly response: HttpResponse;
  readonly document: JsonObject;
}

/** The pages of a list that a registry gives in parts, following Link headers (RFC 8288) within the registry; 1000 at most. */
export async function* fetchPages(
  client: RepositoryClient,
  request: RepositoryRequest,
): AsyncGenerator<Page, void, undefined> {
  let target = request.target;
  for (let count = 0; count < 1000; count++) {
    const response = await client.send({ ...request, target });
    if (response.status !== 200) {
      await response.discard();
      return;
    }
    yield { response, document: parseJsonObject(await response.bytes(), `${client.name}: ${request.what}`) };
    const next = nextLink(response.headers.get("link"));
    if (next === null) return;
    target = client.follow(next, response);
  }
  throw new RemoteError("REMOTE_INVALID", `${client.name}: ${request.what} has more than 1000 pages`, {
    hint: "the registry seems to repeat itself; tell its operator",
  });
}

/** The target of a Link header whose relation is `next`. */
function nextLink(header: string | null): string | null {
  for (const link of header?.slice(0, 16_384).split(/,(?=\s*<)/) ?? []) {
    const match = /^\s*<([^>]*)>(.*)$/.exec(link);
    if (match !== null && /;\s*rel\s*=\s*"?next"?/i.test(match[2] ?? "")) return match[1] ?? null;
  }
  return null;
}
