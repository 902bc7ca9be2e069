import { describe, expect, it } from "vitest";
import { byVersion, callTag, versionOf } from "../../../../src/flow/catalog/list/order.ts";

const variant = (
  tag: string,
  more: {
    readonly variant?: "dev";
    readonly flavor?: string;
    readonly distro?: string;
    readonly compliance?: readonly string[];
  } = {},
) => ({ variant: "runtime" as const, flavor: null, distro: "debian-13", compliance: [], tags: [tag], ...more });

describe("variants of an image", () => {
  it("stand newest version first, by the value of numbers, then by distribution and kind", () => {
    const ordered = [
      variant("24-debian13"),
      variant("24-debian13-fips", { compliance: ["fips-mode"] }),
      variant("24-debian13-compat", { flavor: "compat" }),
      variant("24-debian13-dev", { variant: "dev" }),
      variant("24-debian13-fips-dev", { variant: "dev", compliance: ["fips-mode"] }),
      variant("24-debian12", { distro: "debian-12" }),
      variant("22.10-debian13"),
      variant("22.9-debian13"),
      variant("9-debian13"),
    ];
    expect(ordered.toReversed().toSorted(byVersion)).toEqual(ordered);
    expect(ordered.toSorted(byVersion)).toEqual(ordered);
  });

  it("are called by the shortest tag with distribution and release, never by that of a build", () => {
    expect(callTag(["24", "24.1-debian13", "24-debian13", "24-debian", "9-debian13-0123456789ab"])).toBe("24-debian13");
    expect(callTag(["trixie", "1", "1-0123456789ab"])).toBe("1");
  });

  it("are of the version without a flavor that stands with it", () => {
    expect(versionOf({ tags: ["20250419-glibc-debian12"], flavor: "glibc" })).toBe("20250419");
    expect(versionOf({ tags: ["21-jdk-debian13"], flavor: null })).toBe("21-jdk");
  });
});
