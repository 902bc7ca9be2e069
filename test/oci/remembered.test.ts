import { describe, expect, it } from "vitest";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import type { Source } from "../../src/oci/graph.ts";
import { parseManifest } from "../../src/oci/manifest.ts";
import { isManifest } from "../../src/oci/media-type.ts";
import { rememberDocuments } from "../../src/oci/remembered.ts";
import { readVerified } from "../../src/oci/verify.ts";
import { tinyStore } from "../support/tiny-image.ts";

describe("rememberDocuments", () => {
  it("fetches a manifest once, and blobs each time", async () => {
    const { store, root } = await tinyStore();
    const fetched: string[] = [];
    const counted: Source = {
      resolve: async (reference) => await store.resolve(reference),
      async fetch(descriptor) {
        fetched.push(isManifest(descriptor.mediaType) ? "manifest" : "blob");
        return await store.fetch(descriptor);
      },
    };
    const source = rememberDocuments(counted);
    const read = async (descriptor: Descriptor) => await readVerified(source, descriptor, { limit: 2 ** 22 });
    const [first, again] = [await read(root), await read(root)];
    expect(again).toEqual(first);
    const [layer] = parseManifest(first).layers;
    if (layer === undefined) throw new Error("the image has no layer");
    expect(await read(layer)).toEqual(await read(layer));
    expect(fetched).toEqual(["manifest", "blob", "blob"]);
  });
});
