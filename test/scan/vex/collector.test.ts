import { describe, expect, it } from "vitest";
import { openCache } from "../../../src/cache/cache.ts";
import { openImage } from "../../../src/facts/image.ts";
import { renderSbom } from "../../../src/sbom/write.ts";
import { scanImage } from "../../../src/scan/scan.ts";
import { hardLink, symlink, type TestLayer, testImage } from "../../facts/layers.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const vex = (id: string) => JSON.stringify({ "@context": "https://openvex.dev/ns/v0.2.0", "@id": id });

async function scan(...layers: readonly TestLayer[]) {
  const { store, manifest } = await testImage(layers);
  const { vexDocuments, sbom } = await scanImage(store, await openImage(store, "test"), { reference: "x" });
  return { vexDocuments, sbom, layers: manifest.layers.map(({ digest }) => digest) };
}

describe("VEX documents among the files of an image", () => {
  it("are found by their names in any folder, with their layer and their text", async () => {
    const { vexDocuments, sbom, layers } = await scan(
      { "a.vex.json": vex("a"), "usr/share/doc/vex.json": vex("no"), "etc/b.json": vex("no") },
      { "opt/app/b.openvex.json": vex("b"), "c.csaf.json": '\n {"document":{}}', "d.vex.json.gz": vex("no") },
    );
    expect(vexDocuments).toEqual([
      { path: "a.vex.json", layer: layers[0], text: vex("a") },
      { path: "c.csaf.json", layer: layers[1], text: '\n {"document":{}}' },
      { path: "opt/app/b.openvex.json", layer: layers[1], text: vex("b") },
    ]);
    expect(sbom.warnings).toEqual([]);
    const about = { created: "2026-01-31T12:00:00Z", toolVersion: "0.1.0" };
    expect(renderSbom(sbom, "json", about)).not.toContain("openvex.dev");
  });

  it("are those of the image as a whole: what a higher layer replaces or removes is not one", async () => {
    const { vexDocuments, layers } = await scan(
      { "app/a.vex.json": vex("old"), "app/b.vex.json": vex("b"), "gone/c.vex.json": vex("c") },
      { "app/a.vex.json": vex("new"), "app/.wh.b.vex.json": "", "gone/.wh..wh..opq": "" },
    );
    expect(vexDocuments).toEqual([{ path: "app/a.vex.json", layer: layers[1], text: vex("new") }]);
  });

  it("may have further names, and are not found under names of another kind", async () => {
    const { vexDocuments } = await scan({
      "a.json": vex("a"),
      "z.vex.json": vex("z"),
      "linked.vex.json": hardLink("a.json"),
      "other.json": hardLink("z.vex.json"),
      "symbolic.vex.json": symlink("a.json"),
    });
    expect(vexDocuments.map(({ path, text }) => [path, text])).toEqual([
      ["linked.vex.json", vex("a")],
      ["z.vex.json", vex("z")],
    ]);
  });

  it("are text that begins as an object does: others are passed over, and what is not UTF-8 is warned of", async () => {
    const { vexDocuments, sbom } = await scan({
      "list.vex.json": "[]",
      "empty.vex.json": "",
      "xml.vex.json": "<csaf/>",
      "marked.vex.json": `\ufeff${vex("marked")}`,
      "latin.vex.json": Buffer.from([0x7b, 0xff, 0x7d]),
    });
    expect(vexDocuments.map(({ path, text }) => [path, text])).toEqual([["marked.vex.json", vex("marked")]]);
    expect(sbom.warnings).toEqual([{ path: "latin.vex.json", reason: "it is not UTF-8, as JSON is" }]);
  });

  it("are limited in number and size, and those beyond are warned of", async () => {
    const many = Array.from({ length: 66 }, (_, at) => [`many/${String(at).padStart(2, "0")}.vex.json`, vex("x")]);
    const numerous = await scan(Object.fromEntries(many));
    expect(numerous.vexDocuments.map(({ path }) => path)).toEqual(many.slice(0, 64).map(([path]) => path));
    expect(numerous.sbom.warnings.map(({ path }) => path)).toEqual(["many/64.vex.json", "many/65.vex.json"]);
    expect(numerous.sbom.warnings[0]?.reason).toContain("more VEX documents");

    const spaces = (bytes: number) => `{${" ".repeat(bytes - 2)}}`;
    const names = ["a", "b", "c", "d", "e"].map((name) => [`${name}.vex.json`, spaces(2 ** 22)]);
    const large = await scan({ ...Object.fromEntries(names), "huge.vex.json": spaces(2 ** 22 + 1) });
    expect(large.vexDocuments.map(({ path }) => path)).toEqual(["a", "b", "c", "d"].map((name) => `${name}.vex.json`));
    expect(large.sbom.warnings).toEqual([
      { path: "e.vex.json", reason: expect.stringContaining("more VEX documents") },
      { path: "huge.vex.json", reason: expect.stringContaining("of which more than 4194304 are not read") },
    ]);
  });

  it("are remembered with the image, and with each layer", async () => {
    const cache = await openCache(await temporaryFolder());
    const below = { "a.vex.json": vex("a") };
    const { store } = await testImage([below]);
    const options = { reference: "x", cache };
    const first = await scanImage(store, await openImage(store, "test"), options);
    const again = await scanImage(store, await openImage(store, "test"), options);
    expect(again).toEqual({ ...first, isRemembered: true });
    expect(again.vexDocuments).toHaveLength(1);
    const above = await testImage([below, { "b.vex.json": vex("b") }]);
    const third = await scanImage(above.store, await openImage(above.store, "test"), options);
    expect(third.vexDocuments.map(({ text }) => text)).toEqual([vex("a"), vex("b")]);
  });
});
