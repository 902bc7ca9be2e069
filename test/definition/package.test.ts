import { describe, expect, it } from "vitest";
import { packageRequest, parsePackageItem } from "../../src/definition/package.ts";

describe("package items", () => {
  it.each([
    ["bash", { kind: "include", name: "bash", version: null }],
    ["busybox=1:1.37.0-6+dhi3~a", { kind: "include", name: "busybox", version: "1:1.37.0-6+dhi3~a" }],
    ["!libstdc++6", { kind: "exclude", name: "libstdc++6" }],
  ])("%s", (item, expected) => {
    expect(parsePackageItem(item)).toEqual(expected);
  });

  it("sum up so that a pin wins over the bare name, and inclusion over exclusion", () => {
    expect(packageRequest(["!mawk", "!gawk", "python3=3.13.5-1", "bash", "mawk", "python3"])).toEqual({
      packages: [
        { name: "bash", version: null },
        { name: "mawk", version: null },
        { name: "python3", version: "3.13.5-1" },
      ],
      excluded: ["gawk"],
    });
  });
});
