import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadMapping, mappingFor, type OfficialName, parseMapping } from "../../src/catalog/mapping.ts";
import { temporaryFolder } from "../support/temporary.ts";

const catalog = fileURLToPath(new URL("../../catalog", import.meta.url));
const node: OfficialName = { name: "node", version: "24", distro: null, variant: "slim" };

function debian(distro: string, variant: OfficialName["variant"]): OfficialName {
  return { name: "debian", version: null, distro, variant };
}

function of(name: string, version: string, variant: OfficialName["variant"]): OfficialName {
  return { name, version, distro: null, variant };
}

describe("the mapping of official images", () => {
  it.each<[string, Partial<OfficialName>, readonly (string | null)[]]>([
    ["node:24-slim", {}, ["node:24-bookworm-slim", "same", null]],
    ["node:24", { variant: "full" }, ["node:24-bookworm", "same", null]],
    ["node:24-bookworm-slim", { distro: "debian-12" }, ["node:24-bookworm-slim", "same", null]],
    ["node:24-trixie-slim", { distro: "debian-13" }, ["node:24-trixie-slim", "same", null]],
    ["node:24-trixie", { distro: "debian-13", variant: "full" }, ["node:24-trixie", "same", null]],
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

  it.each<[string, OfficialName, readonly (string | null)[]]>([
    ["debian:trixie-slim", debian("debian-13", "slim"), ["debian-base:trixie-debian13", "debian:trixie-slim", "same"]],
    ["debian:trixie", debian("debian-13", "full"), ["debian-base:trixie-debian13", "debian:trixie", "same"]],
    ["debian:bookworm", debian("debian-12", "full"), ["debian-base:bookworm-debian12", "debian:bookworm", "same"]],
    ["python:3.13", of("python", "3.13", "full"), ["python:3.13-debian13", "python:3.13-trixie", "same"]],
    ["openjdk:21", of("openjdk", "21", "full"), ["openjdk:21-jdk-debian13", "openjdk:21-jdk-slim", "smaller"]],
    ["nginx:1.26", of("nginx", "1.26", "full"), ["nginx:1.26-debian13", "nginx:1.26", "same"]],
    ["nginx:1.26-slim", of("nginx", "1.26", "slim"), ["nginx:1.26-debian13", null, null]],
  ])("tells slim and other reconstructions apart: %s", async (_reference, wanted, [image, baseline, baselineIs]) => {
    expect(mappingFor(wanted, await loadMapping(catalog))).toMatchObject({ image, baseline, baselineIs });
  });

  it("takes a flavor for what it is", () => {
    const row = (more: string) => `- { official: php, version: "8.4", image: "php:8.4${more}", baselines: [] }\n`;
    const fpm = row("-fpm").replace("image", "flavors: [fpm], image");
    const table = parseMapping(row("") + fpm, { file: "m" });
    const wanted: OfficialName = { name: "php", version: "8.4", distro: null, variant: "full" };
    expect(mappingFor(wanted, table)?.image).toBe("php:8.4");
    expect(mappingFor({ ...wanted, flavors: ["fpm"] }, table)?.image).toBe("php:8.4-fpm");
    expect(mappingFor({ ...wanted, flavors: ["fpm", "zts"] }, table)).toBeNull();
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
    const empty = '- { official: x, version: "1", image: x, baselines: [{ distro: debian-13 }] }\n';
    expect(() => parseMapping(empty, { file: "m" })).toThrow("a baseline needs `slim` or `full`");
  });
});
