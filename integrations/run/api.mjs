import { setTimeout as pause } from "node:timers/promises";

/** A request that the service did not take. The message has nothing of what was sent. */
export class ApiError extends Error {}

/** Statuses that may be different the next time. */
const passing = new Set([429, 500, 502, 503, 504]);

/**
 * A client for the JSON API below `base`. Redirects are not followed and no other server is asked: the token goes along.
 * @param {{ readonly base: string, readonly headers: Readonly<Record<string, string>> }} service
 */
export function createApi({ base, headers }) {
  const root = new URL(base.replace(/\/*$/, "/"));
  if (root.protocol !== "https:" && root.protocol !== "http:")
    throw new ApiError("the address of the API is not http: or https:");
  const send = async (method, target, document) => {
    const url = new URL(target, root);
    if (url.origin !== root.origin) throw new ApiError(`${root.host} sends us to another server`);
    // A POST that was not answered may have been taken: again, it would make a second comment.
    const attempts = method === "POST" ? 1 : 3;
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(url, {
        method,
        headers: {
          accept: "application/json",
          "user-agent": "hardpan",
          ...headers,
          ...(document && { "content-type": "application/json" }),
        },
        redirect: "manual",
        signal: AbortSignal.timeout(30_000),
        ...(document && { body: JSON.stringify(document) }),
      }).catch((cause) => cause);
      const isPassing = response instanceof Error || passing.has(response.status);
      if (!isPassing || attempt >= attempts) return await answerOf(response, `${method} ${url.pathname}`);
      await pause(1000 * attempt);
    }
  };
  return {
    /** @param {string} target relative to the base */
    get: async (target) => (await send("GET", target)).json,
    post: async (target, document) => (await send("POST", target, document)).json,
    patch: async (target, document) => (await send("PATCH", target, document)).json,
    put: async (target, document) => (await send("PUT", target, document)).json,
    /** The items of a list that comes in pages, 50 at most. */
    async *list(target) {
      for (let next = target, page = 0; next !== null && page < 50; page++) {
        const { json, link } = await send("GET", next);
        if (Array.isArray(json)) yield* json;
        next = nextOf(link);
      }
    },
  };
}

async function answerOf(response, what) {
  if (response instanceof Error) throw new ApiError(`${what}: no answer`);
  const text = await response.text();
  if (!response.ok) throw new ApiError(`${what}: answered ${response.status}${saidIn(text)}`);
  try {
    return { json: text === "" ? null : JSON.parse(text), link: response.headers.get("link") ?? "" };
  } catch {
    throw new ApiError(`${what}: the answer is no JSON`);
  }
}

/** What the service says went wrong, as far as it can be shown. */
function saidIn(text) {
  try {
    const { message } = JSON.parse(text);
    return typeof message === "string" ? ` (${message.replace(/[^\x20-\x7e]+/g, " ").slice(0, 200)})` : "";
  } catch {
    return "";
  }
}

function nextOf(link) {
  const found = link.split(/,(?=\s*<)/).find((part) => /;\s*rel="?next"?/.test(part));
  return /<([^>]*)>/.exec(found ?? "")?.[1] ?? null;
}
