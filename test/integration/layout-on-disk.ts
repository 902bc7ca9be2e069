import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import type { Json } from "../support/cli.ts";

/** An image of an OCI layout as any reader sees it: documents by JSON.parse, blobs as files. */
export interface ImageOnDisk {
  /** `linux/arm64`, as the index says. */
  readonly platform: string;
  readonly digest: string;
  readonly manifest: Json;
  readonly config: Json;
  /** Files of the layers' blobs, lowest first. */
  readonly layers: readonly string[];
}

/** The layout's index document, and the one image index it names with its images. Nothing of Hardpan is used to read. */
export async function readLayoutOnDisk(folder: string): Promise<{
  readonly top: Json;
  readonly index: Json;
  readonly images: readonly ImageOnDisk[];
}> {
  const top = JSON.parse(await readFile(join(folder, "index.json"), "utf8"));
  const index = await document(folder, top.manifests[0].digest);
  const images = await Promise.all(index.manifests.map(async (entry: Json) => await readImage(folder, entry)));
  return { top, index, images };
}

async function readImage(folder: string, entry: Json): Promise<ImageOnDisk> {
  const manifest = await document(folder, entry.digest);
  return {
    platform: `${entry.platform.os}/${entry.platform.architecture}`,
    digest: entry.digest,
    manifest,
    config: await document(folder, manifest.config.digest),
    layers: manifest.layers.map((layer: Json) => blob(folder, layer.digest)),
  };
}

function blob(folder: string, digest: string): string {
  return join(folder, "blobs", ...digest.split(":"));
}

async function document(folder: string, digest: string): Promise<Json> {
  return JSON.parse(await readFile(blob(folder, digest), "utf8"));
}

/** Digests of a gzip file: of its bytes, and of what Node's zlib unpacks of it. */
export async function digestsOfGzip(file: string): Promise<{ readonly packed: string; readonly unpacked: string }> {
  const packed = createHash("sha256");
  const unpacked = createHash("sha256");
  const source = createReadStream(file).on("data", (chunk) => packed.update(chunk));
  for await (const chunk of source.pipe(createGunzip())) unpacked.update(chunk);
  return { packed: `sha256:${packed.digest("hex")}`, unpacked: `sha256:${unpacked.digest("hex")}` };
}

/** An entry of a layer; `content` only where it was asked for. */
export interface LayerEntry {
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly linkname: string | null;
  readonly content: Buffer | null;
}

/** All entries of an image's layers by path, without slashes at either end, as tar-stream reads them; upper layers win. */
export async function layerEntries(
  layers: readonly string[],
  keep: (path: string) => boolean,
): Promise<ReadonlyMap<string, LayerEntry>> {
  const entries = new Map<string, LayerEntry>();
  for (const file of layers) {
    const tar = createReadStream(file).pipe(createGunzip()).pipe(extract());
    for await (const entry of tar) {
      const { name, type, mode = 0, uid = 0, linkname } = entry.header;
      const path = name.replace(/^\.?\/+|\/+$/g, "");
      const content = await buffer(entry);
      const linked = linkname ?? null;
      entries.set(path, { type: type ?? "file", mode, uid, linkname: linked, content: keep(path) ? content : null });
    }
  }
  return entries;
}
