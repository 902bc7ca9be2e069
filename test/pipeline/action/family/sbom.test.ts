import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { actionScript } from "../../../../src/pipeline/action/script.ts";
import { spdxProblems } from "../../../sbom/schema.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { contextIn, epoch, runAction } from "../run.ts";

const inputs = {
  name: "libfoo",
  version: "1.0-rc'1",
  license: "MIT OR Apache-2.0",
  purl: "pkg:generic/libfoo@1.0-rc1",
};

describe("spdx@v1", () => {
  it("writes a valid SPDX 2.3 document that states the package, the same on every run", async () => {
    const texts: string[] = [];
    for (let time = 0; time < 2; time += 1) {
      const folder = await temporaryFolder();
      expect(runAction(folder, "spdx@v1", { inputs })).toEqual({ code: 0, output: "" });
      const file = join(folder, "sbom", "libfoo", "spdx.json");
      expect(statSync(file).mtimeMs).toBe(epoch * 1000);
      texts.push(readFileSync(file, "utf8"));
    }
    const [text = "", again] = texts;
    expect(again).toBe(text);
    const document = JSON.parse(text);
    expect(spdxProblems(document)).toEqual([]);
    expect(document.creationInfo.created).toBe("2026-08-01T10:00:00Z");
    expect(document.packages).toMatchObject([
      {
        ...{ name: "libfoo", versionInfo: "1.0-rc'1", licenseDeclared: "MIT OR Apache-2.0" },
        externalRefs: [{ referenceType: "purl", referenceLocator: "pkg:generic/libfoo@1.0-rc1" }],
      },
    ]);
    expect(document.relationships[0].relatedSpdxElement).toBe(document.packages[0].SPDXID);
  });

  it("writes to /opt/docker/sbom in a stage", () => {
    const { sbomDir: _none, ...context } = contextIn("/stage");
    expect(actionScript("spdx@v1", inputs, context).script).toContain("/opt/docker/sbom/libfoo/spdx.json");
  });
});
