import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { sha256Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { layerTar } from "../facts/layers.ts";
import { hardpan } from "../support/cli.ts";
import { incompressible } from "../support/image/contents.ts";
import {
  type DocumentLayout,
  documentLayout,
  type PlainDescriptor,
  plainConfig,
  plainManifest,
} from "../support/image/document-layout.ts";
import { type ScanOutcome, scanApart } from "../support/image/scan-apart.ts";
import { temporaryFolder } from "../support/temporary.ts";

const tar = layerTar({ "etc/hostname": "here\n" });
const gzip = gzipSync(tar);
const diffId = sha256Digest(tar);
const other = sha256Digest("other");
const amd64 = { os: "linux", architecture: "amd64" };

/** The parts of an image, as written to a layout. */
interface Parts {
  readonly layout: DocumentLayout;
  readonly config: PlainDescriptor;
  readonly layer: PlainDescriptor;
  /** Writes a manifest of these, with what is changed, and the index. */
  finish(change?: { readonly config?: PlainDescriptor; readonly layers?: readonly PlainDescriptor[] }): Promise<void>;
}

/** Scans an image as `write` leaves it. */
async function scan(write: (parts: Parts) => Promise<void>): Promise<ScanOutcome> {
  const layout = await documentLayout(join(await temporaryFolder(), "image"));
  const config = await layout.blob(mediaTypes.config, plainConfig([diffId]));
  const layer = await layout.blob(mediaTypes.layerGzip, gzip);
  await write({
    layout,
    config,
    layer,
    async finish(change = {}) {
      const manifest = plainManifest(change.config ?? config, change.layers ?? [layer]);
      await layout.index(await layout.blob(mediaTypes.manifest, manifest));
    },
  });
  return await scanApart({ directory: layout.directory });
}

const damaged = { kind: "refused", code: expect.stringMatching(/^(OCI_CONTENT_MISMATCH|CONTENT_INVALID)$/) };
const invalid = { kind: "refused", code: "OCI_DOCUMENT_INVALID" };

describe("a layout whose documents tell the truth", { timeout: 120_000 }, () => {
  it("is scanned, so that what the others say is refused for that alone", async () => {
    expect(await scan(async ({ finish }) => await finish())).toMatchObject({ kind: "scanned", files: 1 });
  });
});

describe("a lie", { timeout: 120_000 }, () => {
  it.each<[string, (parts: Parts) => Promise<void>]>([
    ["of a layer's size, too small", async ({ finish, layer }) => await finish({ layers: [{ ...layer, size: 9 }] })],
    ["of a layer's size, too large", async ({ finish, layer }) => await finish({ layers: [{ ...layer, size: 9e9 }] })],
    ["of a configuration's size", async ({ finish, config }) => await finish({ config: { ...config, size: 3 } })],
    [
      "of a layer's digest",
      async ({ layout, finish }) => {
        await finish({ layers: [await layout.blob(mediaTypes.layerGzip, gzip, other)] });
      },
    ],
    [
      "of a configuration's digest",
      async ({ layout, finish }) => {
        await finish({ config: await layout.blob(mediaTypes.config, plainConfig([diffId]), other) });
      },
    ],
    [
      "of a manifest's digest",
      async ({ layout, config, layer }) => {
        await layout.index(await layout.blob(mediaTypes.manifest, plainManifest(config, [layer]), other));
      },
    ],
    [
      "of a manifest's size",
      async ({ layout, config, layer }) => {
        const manifest = await layout.blob(mediaTypes.manifest, plainManifest(config, [layer]));
        await layout.index({ ...manifest, size: manifest.size - 1 });
      },
    ],
  ])("%s is found", async (_, write) => {
    expect(await scan(write)).toMatchObject(damaged);
  });

  it("of what a blob is, and content that is none, are refused", async () => {
    const noTar = await scan(async ({ layout, finish }) => {
      await finish({ layers: [await layout.blob(mediaTypes.layerGzip, incompressible.subarray(0, 9999))] });
    });
    expect(noTar).toMatchObject({ kind: "refused", code: "FACTS_LAYER_INVALID" });
    const noLayer = await scan(
      async ({ finish, layer }) => await finish({ layers: [{ ...layer, mediaType: "text/plain" }] }),
    );
    expect(noLayer).toMatchObject({ kind: "refused", code: "FACTS_LAYER_INVALID" });
    expect(
      await scan(async ({ layout, finish }) => await finish({ config: await layout.blob(mediaTypes.config, "{") })),
    ).toMatchObject(invalid);
  });

  it("of layers that nobody has is found", async () => {
    const absent = { mediaType: mediaTypes.layerGzip, digest: other, size: 5 };
    const outcome = await scan(async ({ finish }) => await finish({ layers: [absent] }));
    expect(outcome).toMatchObject({ kind: "refused", code: "CONTENT_NOT_FOUND" });
  });

  it("is told by the command with a code and what to do", async () => {
    const layout = await documentLayout(join(await temporaryFolder(), "image"));
    const config = await layout.blob(mediaTypes.config, plainConfig([diffId]));
    const layer = await layout.blob(mediaTypes.layerGzip, gzip, other);
    await layout.index(await layout.blob(mediaTypes.manifest, plainManifest(config, [layer])));
    const run = await hardpan(["sbom", `oci-dir://${layout.directory}`, "--platform", "linux/amd64"]);
    expect(run).toMatchObject({ exitCode: 1, stdout: "" });
    expect(run.stderr).toMatch(/^error: [\s\S]*\nhint: .*\n\(OCI_CONTENT_MISMATCH/m);
  });
});

describe("an index", { timeout: 120_000 }, () => {
  it("that points to itself is refused", async () => {
    const outcome = await scan(async ({ layout }) => {
      const self = { mediaType: mediaTypes.index, digest: other, size: 0 };
      let index = { schemaVersion: 2, manifests: [self] };
      for (let round = 0; round < 3; round++) {
        index = { schemaVersion: 2, manifests: [{ ...self, size: JSON.stringify(index).length }] };
      }
      await layout.index(await layout.blob(mediaTypes.index, index, other));
    });
    expect(outcome).toMatchObject({ kind: "refused" });
  });

  it("in which one is a hundred times is refused", async () => {
    const outcome = await scan(async ({ layout, config, layer }) => {
      let inner = await layout.blob(mediaTypes.manifest, plainManifest(config, [layer]));
      for (let depth = 0; depth < 100; depth++) {
        inner = await layout.blob(mediaTypes.index, { schemaVersion: 2, manifests: [inner] });
      }
      await layout.index(inner);
    });
    expect(outcome).toMatchObject(invalid);
  });

  it("of a hundred thousand entries is refused, wherever it stands", async () => {
    const entries = (entry: PlainDescriptor) => Array.from({ length: 100_000 }, () => entry);
    const below = await scan(async ({ layout, config, layer }) => {
      const manifest = await layout.blob(mediaTypes.manifest, plainManifest(config, [layer]));
      await layout.index(await layout.blob(mediaTypes.index, { manifests: entries({ ...manifest, platform: amd64 }) }));
    });
    expect(below).toMatchObject({ kind: "refused" });
    const above = await scan(async ({ layout, config, layer }) => {
      await layout.index(...entries(await layout.blob(mediaTypes.manifest, plainManifest(config, [layer]))));
    });
    expect(above).toMatchObject(invalid);
  });

  it("or another document nested as deep as its size allows is refused", async () => {
    const deep = `{"manifests":${"[".repeat(2_000_000)}${"]".repeat(2_000_000)}}`;
    const outcome = await scan(async ({ layout, finish }) => {
      await finish();
      await writeFile(join(layout.directory, "index.json"), deep);
    });
    expect(outcome).toMatchObject(invalid);
  });
});

describe("a manifest", { timeout: 120_000 }, () => {
  it("of more layers than any image has is refused", async () => {
    const outcome = await scan(async ({ layout, layer }) => {
      const count = 10_001;
      const config = await layout.blob(mediaTypes.config, plainConfig(Array.from({ length: count }, () => diffId)));
      const manifest = plainManifest(
        config,
        Array.from({ length: count }, () => layer),
      );
      await layout.index(await layout.blob(mediaTypes.manifest, manifest));
    });
    expect(outcome).toMatchObject(invalid);
  });

  it("that has one layer thousands of times is read in bounded time", async () => {
    const outcome = await scan(async ({ layout, layer, finish }) => {
      const count = 5000;
      const config = await layout.blob(mediaTypes.config, plainConfig(Array.from({ length: count }, () => diffId)));
      await finish({ config, layers: Array.from({ length: count }, () => layer) });
    });
    expect(outcome).toMatchObject({ kind: "scanned", files: 1 });
  });
});
