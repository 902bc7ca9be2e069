import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadCatalog, readAll } from "../../src/catalog/catalog.ts";
import { findBaseline, findImage } from "../../src/catalog/find.ts";
import { loadMapping } from "../../src/catalog/mapping.ts";
import { loadSubstitutions } from "../../src/catalog/substitution.ts";
import { expandDefinition } from "../../src/definition/expand.ts";
import { packageRequest } from "../../src/definition/package.ts";
import { distroName } from "../../src/definition/syntax.ts";

const directory = fileURLToPath(new URL("../../catalog", import.meta.url));
const catalog = await loadCatalog(directory);
const entries = [...catalog.images.values(), ...catalog.baselines.values()].flat();

describe("our catalogue", () => {
  it("holds valid definitions, each in the folder of its distribution", async () => {
    const readings = await readAll(catalog, entries);
    expect(readings.filter(({ ok }) => !ok)).toEqual([]);
    expect(readings.length).toBeGreaterThanOrEqual(3);
    for (const reading of readings) {
      if (reading.ok) expect(distroName(reading.source.syntax.distro)).toBe(reading.entry.distro);
    }
  });

  it("maps only to images and baselines it has", async () => {
    for (const row of (await loadMapping(directory)).rows) {
      await expect(findImage(catalog, row.image)).resolves.toBeDefined();
      for (const { slim } of row.baselines) await expect(findBaseline(catalog, slim)).resolves.toBeDefined();
    }
  });

  it("names Node's version by the one that was taken", async () => {
    const { source } = await findImage(catalog, "node:24-debian13");
    const target = { arch: "amd64", dev: false, fips: false, flavor: "" };
    const expanded = expandDefinition(source.definition, { target, packages: { "nodejs-24": "24.21.0" } });
    expect(expanded.environment).toMatchObject({ NODE_VERSION: "24.21.0", NODE_USE_SYSTEM_CA: "1" });
    expect(expanded.accounts["run-as"]).toBe("node");
    expect(expanded["os-release"].id).toBe("debian");
  });

  it.each([
    ["node:24-bookworm-slim", 88],
    ["node:24-trixie-slim", 78],
  ])(
    "reconstructs %s with the %d Debian packages that the official image has, each named",
    async (reference, count) => {
      const { source } = await findBaseline(catalog, reference);
      const substitutions = await loadSubstitutions(directory);
      const { packages } = packageRequest(source.definition.contents.packages);
      expect(packages.filter(({ name }) => !substitutions.has(name))).toHaveLength(count);
      expect(source.definition.labels).toEqual({ "io.hardpan.reconstruction-of": reference });
    },
  );
});
