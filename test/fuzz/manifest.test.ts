import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openArchive } from "../../src/content/archive-read.ts";
import { writeArchive } from "../../src/content/archive-write.ts";
import { copy } from "../../src/content/copy.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import { emptyContainerConfig, encodeConfig, parseConfig } from "../../src/oci/config.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { encodeIndex, parseIndex } from "../../src/oci/image-index.ts";
import { parseJson } from "../../src/oci/json.ts";
import { encodeManifest, parseManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { tinyStore } from "../support/tiny-image.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const platform = { os: "linux", architecture: "arm64", variant: "v8" };
const descriptor = { mediaType: mediaTypes.config, digest: sha256Digest(""), size: 6, annotations: { 'a"\\': "ü" } };
const manifest = { mediaType: mediaTypes.manifest, config: descriptor, layers: [descriptor], subject: descriptor };
const documents = [
  encodeManifest(manifest),
  encodeIndex({ mediaType: mediaTypes.index, manifests: [{ ...descriptor, platform }], annotations: { b: "" } }),
  encodeConfig({
    created: "2024-01-01T00:00:00Z",
    platform,
    container: { ...emptyContainerConfig, user: "1", environment: ["A=b"], volumes: ["/v"], labels: { a: "b" } },
    diffIds: [sha256Digest("")],
    history: [{ createdBy: "x", emptyLayer: true }],
  }),
];

describe("OCI documents under mutation", () => {
  it("are read, and then written as they were read, or refused with a coded error", async () => {
    const random = seeded(42);
    let read = 0;
    for (let round = 0; round < fuzzRounds(2000); round++) {
      const bytes = mutate(documents[random(documents.length)] ?? Buffer.alloc(0), random);
      await readsOrRefuses(() => parseJson(bytes, "it"));
      for (const roundTrip of [
        () => expect(parseManifest(encodeManifest(parseManifest(bytes)))).toEqual(parseManifest(bytes)),
        () => expect(parseIndex(encodeIndex(parseIndex(bytes)))).toEqual(parseIndex(bytes)),
        () => expect(parseConfig(encodeConfig(parseConfig(bytes)))).toEqual(parseConfig(bytes)),
      ]) {
        if (await readsOrRefuses(roundTrip)) read++;
      }
    }
    expect(read).toBeGreaterThan(0);
  });
});

describe("image archives under mutation", () => {
  it("are copied with the same digests, or refused with a coded error", async () => {
    const folder = await mkdtemp(join(tmpdir(), "hardpan-fuzz-"));
    try {
      const { store, root } = await tinyStore();
      const path = join(folder, "image.tar");
      const targetReferences = ["team/app:1"];
      await writeArchive(path, async (target) => await copy(store, target, { reference: "latest", targetReferences }));
      const bytes = await readFile(path);
      const random = seeded(43);
      let read = 0;
      for (let round = 0; round < fuzzRounds(); round++) {
        await writeFile(path, mutate(bytes, random));
        const done = await readsOrRefuses(async () => {
          await using archive = await openArchive(path);
          const chosen = await archive.choose(null);
          const back = createMemoryStore();
          await copy(archive, back, { reference: chosen });
          for (const [digest, content] of back.blobs) expect(sha256Digest(content)).toBe(digest);
          expect(back.blobs.has(root.digest) || chosen.digest !== root.digest).toBe(true);
        });
        if (done) read++;
      }
      expect(read).toBeGreaterThan(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
