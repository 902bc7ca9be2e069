import { expect } from "vitest";

/** Matches an error with `code` whose message has `message` in it, and which says what to do. */
export function refusal(code: string, message = ""): unknown {
  return expect.objectContaining({ code, message: expect.stringContaining(message), hint: expect.any(String) });
}
