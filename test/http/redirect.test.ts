import { describe, expect, it, onTestFinished } from "vitest";
import { createHttp, type HttpFetch } from "../../src/http/fetch.ts";
import { checkRedirect, type RedirectRule } from "../../src/http/redirect.ts";
import { serveFolder } from "../support/serve-folder.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { testHttp } from "./clients.ts";

const check = (rule: RedirectRule, from: string, to: string) => () =>
  checkRedirect(rule, { from: new URL(from), to: new URL(to) });

describe("a redirect", () => {
  it("may stay on its host, and lead to the hosts that are named", () => {
    expect(check({ hosts: [] }, "https://a.example/x", "https://a.example/y")).not.toThrow();
    expect(check({ hosts: ["b.example"] }, "https://a.example", "https://b.example")).not.toThrow();
    expect(check({ hosts: "any" }, "https://a.example", "https://c.example")).not.toThrow();
    expect(check({ hosts: "any" }, "http://10.0.0.1", "http://10.0.0.2")).not.toThrow();
  });

  it.each([
    [{ hosts: [] }, "https://b.example", /a host that this address is not known to use/],
    [{ hosts: ["b.example"] }, "https://b.example:8443", /not known to use/],
    [{ hosts: "any" as const }, "https://169.254.169.254/latest", /not a public address/],
    [{ hosts: ["localhost"] }, "https://localhost", /not a public address/],
  ])("with %j may not lead from a public host to %s", (rule, to, message) => {
    expect(check(rule, "https://a.example/feed", to)).toThrow(
      expect.objectContaining({ code: "HTTP_REDIRECT", message: expect.stringMatching(message) }),
    );
  });

  it("is not followed by the client where it may not lead: nothing is asked of the other host", async () => {
    const [here, there] = [await serveFolder(await temporaryFolder()), await serveFolder(await temporaryFolder())];
    onTestFinished(async () => void (await Promise.all([here.close(), there.close()])));
    here.fault = () => ({ status: 302, headers: { location: `${there.url}/secret` } });
    const { http } = testHttp();
    await expect(http.request(`${here.url}/feed`, { follows: { hosts: [] } })).rejects.toMatchObject({
      code: "HTTP_REDIRECT",
    });
    const outside: HttpFetch = (url, init) => fetch(url.replace("http://feeds.example", here.url), init);
    const public_ = createHttp({ fetch: outside, userAgent: "hardpan/test" });
    await expect(public_.request("http://feeds.example/feed", { follows: { hosts: "any" } })).rejects.toThrow(
      /not a public address/,
    );
    expect(there.requests).toEqual([]);
    await expect(http.request(`${here.url}/feed`, { follows: { hosts: "any" } })).rejects.toThrow(/404/);
    expect(there.requests).toHaveLength(1);
  });
});
