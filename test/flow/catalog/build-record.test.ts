import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadCatalog } from "../../../src/catalog/catalog.ts";
import { findImage } from "../../../src/catalog/find.ts";
import { buildFromCatalog } from "../../../src/flow/build.ts";
import { lastBuild } from "../../../src/flow/catalog/build-record.ts";
import type { Ports } from "../../../src/flow/ports.ts";
import { smallDefinition, smallWorld } from "../../support/flow.ts";

const path = "image/small/debian-13/1.yaml";
const both = smallDefinition
  .replace("platforms: [linux/amd64]\n", "")
  .replace("base-files, ca-certificates, libz1, tzdata", "tzdata");

async function world(definition = smallDefinition) {
  const { ports, catalog } = await smallWorld({ [path]: definition });
  const build = async (at: Ports = ports, platforms: readonly string[] = []) =>
    await buildFromCatalog({ kind: "image", name: "small:1", platforms, locked: null }, at);
  const last = async () => await lastBuild(await findImage(await loadCatalog(catalog), "small:1"), ports);
  return { ports, catalog, build, last };
}

describe("the last build of a definition", () => {
  it("is remembered with its digest, its tags, and what the image of each platform was found to have", async () => {
    const { build, last } = await world();
    expect(await last()).toBe(null);
    const { index, tags } = await build();
    const [image] = index.images;
    expect(await last()).toEqual({
      builtAt: "2026-01-15T00:00:00.000Z",
      digest: index.index.descriptor.digest,
      tags,
      platforms: [
        {
          platform: "linux/amd64",
          digest: image?.manifest.descriptor.digest,
          size: expect.any(Number),
          uid: 1000,
          shell: "",
          packageManager: "",
          compliance: "",
        },
      ],
    });
  });

  it("keeps its time when the same image comes of it again", async () => {
    const { build, last, ports } = await world();
    await build();
    const first = await last();
    await build({ ...ports, now: () => new Date("2026-02-01T00:00:00Z") });
    expect(await last()).toEqual(first);
  });

  it("is none of a definition that was changed since", async () => {
    const { build, last, catalog } = await world();
    await build();
    await writeFile(join(catalog, path), `${smallDefinition}# changed\n`);
    expect(await last()).toBe(null);
  });

  it("is none that was for some of its platforms only", async () => {
    const { build, last, ports } = await world(both);
    await build(ports, ["linux/amd64"]);
    expect(await last()).toBe(null);
    await build();
    expect((await last())?.platforms.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
  });
});
