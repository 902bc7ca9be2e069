import { describe, expect, it } from "vitest";
import { formatPlatform, matchPlatform, type Platform, parsePlatform, pickPlatform } from "../../src/oci/platform.ts";

interface Offer {
  readonly name: string;
  readonly platform?: Platform;
}

describe("a platform", () => {
  it.each([
    ["linux/amd64", "linux/amd64"],
    ["linux/x86_64", "linux/amd64"],
    ["linux/aarch64", "linux/arm64"],
    ["linux/arm64/v8", "linux/arm64"],
    ["linux/arm64/8", "linux/arm64"],
    ["linux/amd64/v1", "linux/amd64"],
    ["linux/amd64/v3", "linux/amd64/v3"],
    ["linux/arm", "linux/arm/v7"],
    ["linux/arm/6", "linux/arm/v6"],
    ["linux/armel", "linux/arm/v6"],
    ["linux/i386", "linux/386"],
    ["Linux/AMD64", "linux/amd64"],
    ["arm64", "linux/arm64"],
    ["x64", "linux/amd64"],
    ["macos/arm64", "darwin/arm64"],
  ])("%s is %s", (text, normal) => {
    expect(formatPlatform(parsePlatform(text))).toBe(normal);
    expect(parsePlatform(normal)).toEqual(parsePlatform(text));
  });

  it.each(["", "/", "linux/", "linux/amd64/v1/x", "linux/am d64", "a".repeat(100)])("%j is refused", (text) => {
    expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: "OCI_PLATFORM_INVALID" }));
  });

  it.each([
    ["linux/amd64", "linux/amd64", true],
    ["linux/amd64", "linux/x86_64/v1", true],
    ["linux/amd64", "linux/amd64/v3", false],
    ["linux/amd64/v3", "linux/amd64/v2", true],
    ["linux/arm/v7", "linux/arm/v6", true],
    ["linux/arm/v6", "linux/arm/v7", false],
    ["linux/arm64", "linux/arm/v7", false],
    ["linux/amd64", "windows/amd64", false],
    ["linux/mips/softfloat", "linux/mips/softfloat", true],
    ["linux/mips/softfloat", "linux/mips/hardfloat", false],
  ])("for %s, %s fits: %s", (wanted, offered, fits) => {
    expect(matchPlatform(parsePlatform(wanted), parsePlatform(offered))).toBe(fits);
  });

  it("is picked from an index by its latest fitting variant, and never by an entry without a platform", () => {
    const offer = (text: string) => ({ name: text, platform: parsePlatform(text) });
    const offers: readonly Offer[] = [
      { name: "none" },
      ...["linux/arm/v5", "linux/arm/v6", "linux/arm/v7", "linux/arm64"].map(offer),
    ];
    expect(pickPlatform(offers, parsePlatform("linux/arm/v6"))?.name).toBe("linux/arm/v6");
    expect(pickPlatform(offers, parsePlatform("linux/arm/v8"))?.name).toBe("linux/arm/v7");
    expect(pickPlatform(offers, parsePlatform("linux/amd64"))).toBeNull();
  });
});
