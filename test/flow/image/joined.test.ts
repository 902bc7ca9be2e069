import { describe, expect, it } from "vitest";
import { buildFromCatalog } from "../../../src/flow/build.ts";
import { openReference } from "../../../src/flow/reference.ts";
import { smallDefinition, smallWorld } from "../../support/flow.ts";

/** Of packages for any architecture alone. */
const both = smallDefinition
  .replace("platforms: [linux/amd64]\n", "")
  .replace("base-files, ca-certificates, libz1, tzdata", "tzdata");

async function world(definition = both) {
  const { ports } = await smallWorld({ "image/small/debian-13/1.yaml": definition });
  const build = async (name: string, platforms: readonly string[] = []) =>
    await buildFromCatalog({ kind: "image", name, platforms, locked: null }, ports);
  return { ports, build };
}

const hex = (digest: string) => digest.slice("sha256:".length).slice(0, 12);

describe("the tag of one build", () => {
  it("is among the tags of an image, and stands for that image", async () => {
    const { build } = await world();
    const first = await build("small:1");
    const { digest } = first.index.index.descriptor;
    expect(first.tags).toEqual(["1", "1-debian13", `1-debian13-${hex(digest)}`]);
    const again = await build(`small:1-debian13-${hex(digest)}`);
    expect(again).toMatchObject({ tag: first.tags.at(-1), tags: first.tags });
    expect(again.index.index.descriptor.digest).toBe(digest);
  });

  it("is found of an image for all platforms, whichever is asked for", async () => {
    const { build, ports } = await world();
    const { digest } = (await build("small:1")).index.index.descriptor;
    const reference = `catalog://small:1-debian13-${hex(digest)}`;
    await using opened = await openReference(reference, { platform: "linux/arm64" }, ports);
    expect(opened.descriptor.digest).toBe(digest);
  });

  it("may be of a build for one platform", async () => {
    const { build } = await world();
    const one = await build("small:1", ["linux/arm64"]);
    const again = await build(one.tags.at(-1) === undefined ? "" : `small:${one.tags.at(-1)}`);
    expect(again.index.index.descriptor.digest).toBe(one.index.index.descriptor.digest);
    expect(again.facts).toHaveLength(1);
  });

  it("of another build than comes of the inputs is refused, and the error says how to build that one", async () => {
    const { build } = await world();
    const { digest } = (await build("small:1")).index.index.descriptor;
    await expect(build("small:1-debian13-0123456789ab")).rejects.toMatchObject({
      code: "FLOW_DIGEST_DIFFERS",
      message: `small:1-debian13-0123456789ab is another build than what comes of these inputs, ${digest}`,
      hint: expect.stringContaining("hardpan build small:1-debian13-0123456789ab --lock-file FILE"),
    });
  });

  it("is none of a reconstruction's", async () => {
    const { ports } = await smallWorld({ "baseline/small/debian-13/1.yaml": both });
    const built = await buildFromCatalog({ kind: "baseline", name: "small:1", platforms: [], locked: null }, ports);
    expect(built.tags).toEqual(["1", "1-debian13"]);
  });
});
