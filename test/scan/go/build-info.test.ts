import { describe, expect, it } from "vitest";
import { goBuild, isVersion, readBuildInfo } from "../../../src/scan/go/build-info.ts";
import { buildInfo, framedModules, moduleLines } from "../../support/go-build-info.ts";

describe("readBuildInfo", () => {
  it("reads the version and the modules behind the header, and says how much it needs for that", () => {
    const whole = Buffer.concat([buildInfo("go1.22.1", moduleLines), Buffer.alloc(1000)]);
    let size = 1;
    const sizes: number[] = [];
    for (;;) {
      const info = readBuildInfo(whole.subarray(0, size));
      if (info.state !== "more") {
        expect(info).toMatchObject({ state: "read", build: { goVersion: "go1.22.1" } });
        break;
      }
      expect(info.size).toBeGreaterThan(size);
      size = info.size;
      sizes.push(size);
    }
    expect(sizes.length).toBeLessThan(8);
    expect(size).toBe(whole.length - 1000);
  });

  it("reads a program without modules", () => {
    const build = { goVersion: "go1.19.8", path: "", main: null, dependencies: [], settings: {} };
    expect(readBuildInfo(buildInfo("go1.19.8", ""))).toEqual({ state: "read", build });
  });

  it("knows the header that Go had before 1.18, which points elsewhere", () => {
    const header = buildInfo("go1.17", "").subarray(0, 32);
    header[15] = 0;
    header.writeBigUInt64LE(0x401000n, 16);
    const pointers = { size: 8, littleEndian: true, version: 0x401000n, modules: 0n };
    expect(readBuildInfo(header)).toEqual({ state: "pointers", pointers });
    header[14] = 9;
    expect(readBuildInfo(header)).toEqual({ state: "other" });
  });

  it.each<[string, Buffer]>([
    ["a version that is none", buildInfo("1.22", moduleLines)],
    ["a version that is too long", buildInfo(`go1.${"2".repeat(300)}`, moduleLines)],
    ["a length that never ends", Buffer.concat([buildInfo("go1.22", "").subarray(0, 32), Buffer.alloc(20, 0xff)])],
    ["modules of several megabytes", buildInfo("go1.22", "x".repeat(2 ** 20))],
  ])("takes %s for something else", (_, bytes) => {
    expect(readBuildInfo(bytes)).toEqual({ state: "other" });
  });

  it("refuses modules that are damaged", () => {
    expect(() => readBuildInfo(buildInfo("go1.22", "dep\t\n"))).toThrow("build information of a Go program is damaged");
  });
});

describe("goBuild", () => {
  it("has no modules where the marks around them are missing", () => {
    const lines = "path\texample.org/tool\n";
    expect(goBuild(Buffer.from("go1.22"), framedModules(lines)).path).toBe("example.org/tool");
    expect(goBuild(Buffer.from("go1.22"), Buffer.from(`${lines.padStart(40)}and more`)).path).toBe("");
  });
});

describe("isVersion", () => {
  it("knows releases, experiments and what is in development", () => {
    const versions = ["go1.22.1", "go1.26.8 X:nodwarf5", "devel go1.23-0123abcd Mon Jan 1 00:00:00 2024 +0000"];
    expect(versions.every((version) => isVersion(Buffer.from(version)))).toBe(true);
    expect(["", "go", "1.22", "go1.22\0"].some((version) => isVersion(Buffer.from(version)))).toBe(false);
  });
});
