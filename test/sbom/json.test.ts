import { describe, expect, it } from "vitest";
import { sbomReport } from "../../src/sbom/json.ts";
import { sbomRows } from "../../src/sbom/list.ts";
import { exampleSbom } from "./example.ts";

describe("sbomReport", () => {
  it("has the schema first and counts what no package owns", () => {
    const report = sbomReport(exampleSbom);
    const added = ["base", "removed", "warnings"];
    expect(Object.keys(report)).toEqual(["schema", "image", "distribution", "packages", "unowned", ...added]);
    expect(report.schema).toBe("hardpan/sbom/1");
    expect(report.unowned).toEqual({ files: 2, bytes: 10 });
    expect(report.packages).toBe(exampleSbom.packages);
  });
});

describe("sbomRows", () => {
  it("lists name, version and type of every package", () => {
    expect(sbomRows(exampleSbom).slice(0, 3)).toEqual([
      { name: "libc6", version: "2.41-12+b1", type: "deb" },
      { name: "libstdc++6", version: "14.2.0-19", type: "deb" },
      { name: "node", version: "24.21.0", type: "generic" },
    ]);
    expect(sbomRows(exampleSbom)).toHaveLength(exampleSbom.packages.length);
  });
});
