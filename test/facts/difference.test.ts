import { describe, expect, it } from "vitest";
import { describeDifference, firstDifference } from "../../src/facts/difference.ts";
import { hardLink, program, symlink, type TestImageOptions, type TestLayer, testImage } from "./layers.ts";

const platform = { os: "linux", architecture: "amd64" };
const layer: TestLayer = { "a/x": "one", "a/y": program("run"), link: symlink("a/x") };

async function difference(
  [before, after]: readonly [readonly TestLayer[], readonly TestLayer[]],
  [left, right]: readonly [TestImageOptions, TestImageOptions] = [{}, {}],
) {
  const [one, other] = [await testImage(before, left), await testImage(after, right)];
  const found = await firstDifference(
    { source: one.store, descriptor: one.descriptor },
    { source: other.store, descriptor: other.descriptor },
    { platform },
  );
  return found === null ? null : { ...found, sentence: describeDifference(found) };
}

describe("firstDifference", () => {
  it("is none between an image and itself", async () => {
    expect(await difference([[layer], [layer]])).toBeNull();
  });

  it.each<readonly [string, TestLayer, string]>([
    ["content", { ...layer, "a/x": "two" }, "layer 2: /a/x: content is "],
    ["size", { ...layer, "a/x": "longer" }, "layer 2: /a/x: size is 6, not 3"],
    ["mode", { ...layer, "a/y": program("run", 0o4755) }, "layer 2: /a/y: mode is 04755, not 0755"],
    ["owner", { ...layer, "a/x": { content: "one", uid: 5, gid: 6 } }, "layer 2: /a/x: owner is 5:6, not 0:0"],
    ["type", { ...layer, link: hardLink("a/x") }, "layer 2: /link: type is link, not symlink"],
    ["link target", { ...layer, link: symlink("a/y") }, "layer 2: /link: link target is a/y, not a/x"],
    ["a file more", { ...layer, "a/z": "" }, "layer 2: /a/z: is new"],
    ["a file less", { "a/x": "one", "a/y": program("run") }, "layer 2: /link: is missing"],
    ["order", { link: symlink("a/x"), "a/x": "one", "a/y": program("run") }, "layer 2 differs in the order or form"],
  ])("names the layer and the first file that differs: %s", async (_what, changed, sentence) => {
    const base: TestLayer = { base: "" };
    const found = await difference([
      [base, layer],
      [base, changed],
    ]);
    expect(found).toMatchObject({ kind: "layer", layer: 1 });
    expect(found?.sentence.startsWith(sentence)).toBe(true);
  });

  it("names a layer that only one of them has", async () => {
    expect(await difference([[layer], [layer, { b: "" }]])).toMatchObject({
      expected: null,
      sentence: "layer 2: /b: is new",
    });
    expect(await difference([[layer, { b: "" }], [layer]])).toMatchObject({
      found: null,
      sentence: "layer 2: /b: is missing",
    });
  });

  it("tells other bytes of the same layer apart from other files", async () => {
    const found = await difference([[layer], [layer]], [{ compression: "gzip" }, { compression: "zstd" }]);
    expect(found).toMatchObject({ kind: "compression", layer: 0 });
  });

  it("names the part of the configuration that differs, an empty one too", async () => {
    const settings = (container: TestImageOptions["container"]): TestImageOptions =>
      container === undefined ? {} : { container };
    expect(
      await difference([[layer], [layer]], [settings({ user: "1000" }), settings({ user: "1001" })]),
    ).toMatchObject({ sentence: 'configuration: config.User is "1001", not "1000"' });
    expect(await difference([[layer], [layer]], [settings({ cmd: [] }), settings({ cmd: ["sh"] })])).toMatchObject({
      kind: "configuration",
      key: expect.stringContaining("config.Cmd"),
    });
  });

  it("finds a difference between documents that say the same in another form", async () => {
    const [one, other] = [await testImage([layer]), await testImage([layer], { spaced: true })];
    const found = await firstDifference(
      { source: one.store, descriptor: one.descriptor },
      { source: other.store, descriptor: other.descriptor },
      { platform },
    );
    expect(found).toMatchObject({ kind: "configuration", key: "the digest of the same in another form" });
  });
});
