import { describe, expect, it } from "vitest";
import { openImage } from "../../src/facts/image.ts";
import { buildFromCatalog } from "../../src/flow/build.ts";
import { smallDefinition, smallSystem, smallWorld } from "../support/flow.ts";

const caddy = { name: "caddy", version: "2.6.2-12", architecture: "amd64" } as const;
const definition = smallDefinition
  .replace("hardpan/build:1", "dhi.io/build:2")
  .replace("hardpan/small", "dhi.io/caddy")
  .replace(/tags: .*\n/, 'tags: ["2", 2-debian13, "2.11", "2.11.4"]\nvars: { VERSION: 2.11.4 }\n')
  .replace("libz1", "caddy");

async function build(name: string) {
  const { ports } = await smallWorld({ "image/caddy/debian-13/2.yaml": definition }, [...smallSystem, caddy]);
  return await buildFromCatalog({ kind: "image", name, platforms: [], locked: null }, ports);
}

describe("an image of the public catalogue whose package has another version", () => {
  it("has the tags of the packaged version", async () => {
    const { tags, index, source } = await build("caddy:2");
    const own = `2.6.2-debian13-${index.index.descriptor.digest.slice("sha256:".length).slice(0, 12)}`;
    expect(tags).toEqual(["2", "2.6", "2.6.2", "2-debian13", "2.6-debian13", "2.6.2-debian13", own]);
    const { config } = await openImage(source, index.index.descriptor);
    expect(config.container.labels["io.hardpan.version"]).toBe("2.6.2-debian13");
  });

  it("is not built under a tag that would be false", async () => {
    await expect(build("caddy:2.11.4")).rejects.toMatchObject({
      code: "FLOW_INPUT_MISSING",
      message: "caddy:2.11.4 asks for 2.11.4, and 2.6.2 is what there is now",
    });
  });
});
