import { describe, expect, it } from "vitest";
import type { InspectedTree } from "../../src/facts/files/tree.ts";
import { emptyContainerConfig } from "../../src/oci/config.ts";
import { writeCyclonedx } from "../../src/sbom/cyclonedx.ts";
import { writeSpdx } from "../../src/sbom/spdx.ts";
import { catalogTree } from "../../src/scan/catalog.ts";
import { catalogers } from "../../src/scan/catalogers.ts";
import { treeOf } from "../scan/harness.ts";
import { fuzzRounds, mutate, seeded } from "./mutate.ts";

const image = { reference: "fuzz", digest: `sha256:${"0".repeat(64)}`, platform: "linux/amd64" };
const config = {
  platform: { os: "linux", architecture: "amd64" },
  container: emptyContainerConfig,
  diffIds: [],
  history: [],
};
const written = { created: "2026-01-31T12:00:00Z", toolVersion: "0.1.0" };

const manifest = Buffer.from(
  JSON.stringify({
    name: "@scope/name",
    version: "1.2.3-rc.1+build",
    license: "(MIT OR Apache-2.0)",
    licenses: [{ type: "BSD-3-Clause" }, "SEE LICENSE IN x"],
    cpu: ["x64"],
  }),
);

function treeWith(manifests: readonly Uint8Array[]): InspectedTree {
  return treeOf(
    Object.fromEntries(manifests.map((bytes, at) => [`app/node_modules/p${at}/package.json`, bytes])),
    catalogers,
  );
}

describe("package.json under mutation", () => {
  it("is listed or passed over, never an error, and what is listed can be written in every format", () => {
    const random = seeded(22);
    let listed = 0;
    for (let round = 0; round < fuzzRounds(300); round++) {
      const tree = treeWith([manifest, ...Array.from({ length: 5 }, () => mutate(manifest, random))]);
      const sbom = catalogTree(tree, { image, config, base: null });
      listed += sbom.packages.length;
      expect(sbom.packages.some((item) => item.name === "@scope/name")).toBe(true);
      JSON.parse(writeSpdx(sbom, written));
      JSON.parse(writeCyclonedx(sbom, written));
    }
    expect(listed).toBeGreaterThan(300);
  });
});
