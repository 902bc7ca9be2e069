import { describe, expect, it } from "vitest";
import { type RpmNeeds, resolveRpmRequirements } from "../../../src/scan/rpm/requirements.ts";

const needs = (name: string, rest: Partial<RpmNeeds>): RpmNeeds => ({
  name,
  files: [],
  provides: [],
  requires: [],
  ...rest,
});

describe("resolveRpmRequirements", () => {
  it("finds what is required by name, by what is provided and by file", () => {
    const packages = [
      needs("app", { requires: ["tool", "libx.so.1()(64bit)", "/usr/libexec/helper", "(a if b)", "absent", "app"] }),
      needs("tool", {}),
      needs("lib", { provides: ["libx.so.1()(64bit)"] }),
      needs("parts", { files: [["usr/libexec", "helper/other"]] }),
    ];
    expect(resolveRpmRequirements(packages)).toEqual([[1, 2, 3], [], [], []]);
  });

  it.for([
    ["/bin/sh", "usr/bin"],
    ["/usr/bin/sh", "bin"],
    ["/usr/sbin/sh", "usr/bin"],
    ["/lib64/sh", "usr/lib64"],
  ] as const)("finds %s in %s, as folders of a merged /usr are one", ([path, folder]) => {
    const packages = [needs("app", { requires: [path] }), needs("shell", { files: [[folder, "sh"]] })];
    expect(resolveRpmRequirements(packages)).toEqual([[1], []]);
  });

  it("does not take a file of the same name in another folder", () => {
    const packages = [needs("app", { requires: ["/bin/sh"] }), needs("shell", { files: [["opt/bin", "sh"]] })];
    expect(resolveRpmRequirements(packages)).toEqual([[], []]);
  });
});
