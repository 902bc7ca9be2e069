import { describe, expect, it } from "vitest";
import { redactHeaders, redactUrl } from "../../src/http/redact.ts";

describe("redactUrl", () => {
  it.each([
    ["https://user:pass@example.org:8443/a/b?token=x#frag", "https://example.org:8443/a/b?…"],
    ["http://token@example.org", "http://example.org/"],
    ["file:///srv/debian", "file:///srv/debian"],
    ["://user:pass@", "[invalid URL]"],
  ])("shows %s without its secrets", (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});

describe("redactHeaders", () => {
  it("hides what carries credentials", () => {
    expect(redactHeaders({ Authorization: "a", "X-Auth-Token": "b", cookie: "c", accept: "d" })).toEqual({
      Authorization: "[redacted]",
      "X-Auth-Token": "[redacted]",
      cookie: "[redacted]",
      accept: "d",
    });
  });
});
