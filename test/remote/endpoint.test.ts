import { describe, expect, it } from "vitest";
import { registryOrigin, sameRegistryUrl, tokenServerUrl } from "../../src/remote/endpoint.ts";

const invalid = expect.objectContaining({ code: "REMOTE_INVALID" });

describe("a registry's origin", () => {
  it.each([
    ["ghcr.io", "https://ghcr.io"],
    ["docker.io", "https://registry-1.docker.io"],
    ["registry.example:8443", "https://registry.example:8443"],
    ["localhost:5000", "http://localhost:5000"],
    ["localhost", "http://localhost"],
    ["127.0.0.1:5000", "http://127.0.0.1:5000"],
    ["[::1]:5000", "http://[::1]:5000"],
    ["127.0.0.1.example.org", "https://127.0.0.1.example.org"],
    ["localhost.example.org", "https://localhost.example.org"],
  ])("of %s is %s", (registry, origin) => {
    expect(registryOrigin(registry)).toBe(origin);
  });

  it("is plain HTTP elsewhere only when told so", () => {
    expect(registryOrigin("registry.example", { insecure: true })).toBe("http://registry.example");
  });
});

describe("an address given by a registry", () => {
  const base = "https://registry.example/v2/a/blobs/uploads/";

  it.each([
    ["/v2/a/blobs/uploads/1?_state=x", "https://registry.example/v2/a/blobs/uploads/1?_state=x"],
    ["1", "https://registry.example/v2/a/blobs/uploads/1"],
    ["https://registry.example/x", "https://registry.example/x"],
    ["http://registry.example/x", "https://registry.example/x"],
  ])("%s is followed to %s", (location, url) => {
    expect(sameRegistryUrl(location, base).href).toBe(url);
  });

  it.each([
    "https://other.example/x",
    "//other.example/x",
    "https://registry.example:444/x",
    "https://user:pw@registry.example/x",
    "https://registry.example@other.example/",
    "file:///etc/passwd",
    "http://",
  ])("%s is not followed", (location) => {
    expect(() => sameRegistryUrl(location, base)).toThrow(invalid);
  });
});

describe("a token server", () => {
  const origin = "https://registry.example";

  it.each([
    [origin, "https://registry.example/token"],
    [origin, "https://auth.example/token?x=y"],
    ["http://127.0.0.1:5000", "http://127.0.0.1:5000/token"],
  ])("of %s may be %s", (registry, realm) => {
    expect(tokenServerUrl(realm, registry).href).toBe(realm);
  });

  it.each([
    [origin, "http://registry.example/token"],
    [origin, "http://auth.example/token"],
    [origin, "https://169.254.169.254/token"],
    [origin, "https://[fd00::1]/token"],
    [origin, "https://localhost/token"],
    [origin, "https://2130706433/token"],
    [origin, "https://user@auth.example/token"],
    [origin, "file:///etc/passwd"],
    [origin, ""],
    ["http://127.0.0.1:5000", "http://127.0.0.1:5001/token"],
    ["http://127.0.0.1:5000", "https://auth.example/token"],
  ])("of %s may not be %s", (registry, realm) => {
    expect(() => tokenServerUrl(realm, registry)).toThrow(invalid);
  });
});
