import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadMapping, mappingFor, type OfficialName, parseMapping } from "../../src/catalog/mapping.ts";
import { temporaryFolder } from "../support/temporary.ts";

const catalog = fileURLToPath(new URL("../../catalog", import.meta.url));
const node: OfficialName = { name: "node", version: "24", distro: null, variant: "slim" };

describe("the mapping of official images", () => {
  it.each<[string, Partial<OfficialName>, readonly (string | null)[]]>([
    ["node:24-slim", {}, ["node:24-bookworm-slim", "same", null]],
    ["node:24", { variant: "full" }, ["node:24-bookworm-slim", "smaller", null]],
    ["node:24-bookworm-slim", { distro: "debian-12" }, ["node:24-bookworm-slim", "same", null]],
    ["node:24-trixie-slim", { distro: "debian-13" }, ["node:24-trixie-slim", "same", null]],
    ["node:24-trixie", { distro: "debian-13", variant: "full" }, ["node:24-trixie-slim", "smaller", null]],
    ["node:24.3.0-slim", { version: "24.3.0" }, ["node:24-bookworm-slim", "same", "24.3.0"]],
    ["node:krypton-slim", { version: null, floating: "krypton" }, ["node:24-bookworm-slim", "same", null]],
    ["node:24-bullseye-slim", { distro: "debian-11" }, [null, null, null]],
  ])("has an answer for %s", async (_reference, change, [baseline, baselineIs, askedVersion]) => {
    expect(mappingFor({ ...node, ...change }, await loadMapping(catalog))).toEqual({
      image: "node:24-debian13",
      baseline,
      baselineIs,
      askedVersion,
    });
  });

  it.each<[string, Partial<OfficialName>]>([
    ["node:24-alpine", { distro: "alpine" }],
    ["node:24-alpine3.22", { distro: "alpine-3.22" }],
    ["node:20", { version: "20" }],
    ["node:240", { version: "240" }],
    ["node:lts", { version: null, floating: "lts" }],
    ["node without a tag", { version: null }],
    ["node:24-onbuild", { flavors: ["onbuild"] }],
    ["python:24", { name: "python" }],
  ])("has none for %s", async (_reference, change) => {
    expect(mappingFor({ ...node, ...change }, await loadMapping(catalog))).toBeNull();
  });

  it("is empty where a catalogue has none, and refused with the place of a mistake", async () => {
    expect(await loadMapping(await temporaryFolder())).toEqual({ rows: [] });
    expect(() => parseMapping("- official: node\n  version: 24\n  image: x\n  baseline: []\n", { file: "m" })).toThrow(
      expect.objectContaining({
        code: "CATALOG_FILE_INVALID",
        message: expect.stringContaining("m:4:3: [0].baseline: unknown key"),
      }),
    );
  });
});
