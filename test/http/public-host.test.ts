import { describe, expect, it } from "vitest";
import { isPublicHost } from "../../src/http/public-host.ts";

const host = (url: string) => new URL(url).hostname;

describe("a host of the public network", () => {
  it.each([
    "https://security-tracker.debian.org",
    "https://8.8.8.8",
    "https://172.32.0.1",
    "https://[2606:4700::1111]",
    "https://[::ffff:8.8.8.8]",
  ])("is that of %s", (url) => {
    expect(isPublicHost(host(url))).toBe(true);
  });

  it.each([
    "http://localhost",
    "http://localhost.",
    "http://api.localhost",
    "http://printer",
    "http://nas.local",
    "http://metadata.google.internal",
    "http://router.home.arpa",
    "http://127.0.0.1",
    "http://2130706433",
    "http://0x7f.1",
    "http://10.1.2.3",
    "http://172.31.255.255",
    "http://192.168.0.1",
    "http://169.254.169.254",
    "http://100.64.0.1",
    "http://0.0.0.0",
    "http://255.255.255.255",
    "http://[::1]",
    "http://[::]",
    "http://[fe80::1]",
    "http://[fd00::1]",
    "http://[::ffff:127.0.0.1]",
    "http://[64:ff9b::10.0.0.1]",
  ])("is not that of %s", (url) => {
    expect(isPublicHost(host(url))).toBe(false);
  });
});
