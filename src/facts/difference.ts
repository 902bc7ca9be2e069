import { createHash } from "node:crypto";
import { decompress } from "../archive/decompress.ts";
import { readTar } from "../archive/tar-read.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { sha256Digest } from "../oci/digest.ts";
import type { Source } from "../oci/graph.ts";
import { type Image, readImage } from "../oci/image.ts";
import type { Platform } from "../oci/platform.ts";
import { verified } from "../oci/verify.ts";

/** An image to be compared: where its content is, and which it is. */
export interface ComparedImage {
  readonly source: Source;
  readonly descriptor: Descriptor;
}

/** The first place in which two images of one platform differ; layers count from 0, lowest first. */
export type Difference =
  | {
      readonly kind: "layer";
      readonly layer: number;
      readonly expected: string | null;
      readonly found: string | null;
      readonly file: FileDifference | null;
    }
  | { readonly kind: "compression"; readonly layer: number; readonly expected: string; readonly found: string }
  | { readonly kind: "configuration"; readonly key: string; readonly expected: string; readonly found: string }
  | { readonly kind: "manifest"; readonly key: string; readonly expected: string; readonly found: string };

/** The first file, by path, in which two layers differ, and what of it does. */
export interface FileDifference {
  readonly path: string;
  readonly what: string;
}

/**
 * Finds the first difference of two images of one platform: of their layers, lowest first, then of how these are packed,
 * of their configurations and manifests. null when they are the same. Throws what reading the images throws.
 */
export async function firstDifference(
  expected: ComparedImage,
  found: ComparedImage,
  options: { readonly platform: Platform; readonly signal?: AbortSignal },
): Promise<Difference | null> {
  const [before, after] = await Promise.all(
    [expected, found].map(
      async ({ source, descriptor }) => await readImage(source, { reference: descriptor, ...options }),
    ),
  );
  if (before === undefined || after === undefined || before.descriptor.digest === after.descriptor.digest) return null;
  const layers = { before, after, expected, found };
  return (
    (await layerDifference(layers, options.signal)) ??
    packingDifference(before, after) ??
    documentDifference("configuration", before.configBytes, after.configBytes) ??
    documentDifference("manifest", before.manifestBytes, after.manifestBytes)
  );
}

interface Pair {
  readonly before: Image;
  readonly after: Image;
  readonly expected: ComparedImage;
  readonly found: ComparedImage;
}

async function layerDifference(
  { before, after, expected, found }: Pair,
  signal: AbortSignal | undefined,
): Promise<Difference | null> {
  const count = Math.max(before.config.diffIds.length, after.config.diffIds.length);
  for (let layer = 0; layer < count; layer++) {
    const ids = { expected: before.config.diffIds[layer] ?? null, found: after.config.diffIds[layer] ?? null };
    if (ids.expected === ids.found) continue;
    const left = before.manifest.layers[layer];
    const right = after.manifest.layers[layer];
    const files = [
      left === undefined ? new Map<string, FileState>() : await readFiles(expected.source, left, signal),
      right === undefined ? new Map<string, FileState>() : await readFiles(found.source, right, signal),
    ] as const;
    return { kind: "layer", layer, ...ids, file: fileDifference(...files) };
  }
  return null;
}

/** What a layer says of a file, in the words a difference is told with. */
type FileState = Readonly<Record<string, string>>;

async function readFiles(
  source: Source,
  layer: Descriptor,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, FileState>> {
  const what = `the layer ${layer.digest}`;
  const files = new Map<string, FileState>();
  const tar = decompress(verified(await source.fetch(layer, signal), layer), { limit: 2 ** 36, what });
  for await (const { header, content } of readTar(tar, { what })) {
    const hash = createHash("sha256");
    for await (const chunk of content) hash.update(chunk);
    files.set(header.path, {
      type: header.type,
      size: String(header.size),
      content: hash.digest("hex"),
      mode: `0${header.mode.toString(8)}`,
      owner: `${header.uid}:${header.gid}`,
      "link target": header.linkPath,
      time: String(header.mtime),
    });
  }
  return files;
}

function fileDifference(
  expected: ReadonlyMap<string, FileState>,
  found: ReadonlyMap<string, FileState>,
): FileDifference | null {
  for (const path of [...new Set([...expected.keys(), ...found.keys()])].sort()) {
    const [before, after] = [expected.get(path), found.get(path)];
    if (before === undefined) return { path: `/${path}`, what: "is new" };
    if (after === undefined) return { path: `/${path}`, what: "is missing" };
    const key = Object.keys(before).find((name) => before[name] !== after[name]);
    if (key !== undefined) return { path: `/${path}`, what: `${key} is ${after[key]}, not ${before[key]}` };
  }
  return null;
}

function packingDifference(before: Image, after: Image): Difference | null {
  const layer = before.manifest.layers.findIndex(
    ({ digest }, index) => after.manifest.layers[index]?.digest !== digest,
  );
  const [expected, found] = [before.manifest.layers[layer], after.manifest.layers[layer]];
  if (expected === undefined || found === undefined) return null;
  return { kind: "compression", layer, expected: expected.digest, found: found.digest };
}

function documentDifference(
  kind: "configuration" | "manifest",
  before: Uint8Array,
  after: Uint8Array,
): Difference | null {
  const [expected, found] = [flatten(before), flatten(after)];
  const isEmptyAt = (key: string) => [expected, found].some((places) => /^(\[\]|\{\})$/.test(places.get(key) ?? ""));
  const keys = [...new Set([...expected.keys(), ...found.keys()])].sort();
  // What stands in a list or object says more than that the other one is empty.
  for (const key of [...keys.filter((one) => !isEmptyAt(one)), ...keys.filter(isEmptyAt)]) {
    const values = [expected.get(key) ?? "absent", found.get(key) ?? "absent"] as const;
    if (values[0] !== values[1]) return { kind, key, expected: values[0], found: values[1] };
  }
  const [left, right] = [sha256Digest(before), sha256Digest(after)];
  return left === right ? null : { kind, key: "the digest of the same in another form", expected: left, found: right };
}

/** Every scalar and every empty list or object of a JSON document by its place: `config.Env[2]`. */
function flatten(document: Uint8Array): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  const visit = (value: unknown, place: string): void => {
    if (isEmpty(value)) places.set(place, JSON.stringify(value));
    else if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${place}[${index}]`);
    else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) visit(item, place === "" ? key : `${place}.${key}`);
    } else places.set(place, JSON.stringify(value));
  };
  visit(JSON.parse(new TextDecoder().decode(document)), "");
  return places;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** A difference in one sentence. */
export function describeDifference(difference: Difference): string {
  switch (difference.kind) {
    case "layer": {
      const { layer, file } = difference;
      return file === null
        ? `layer ${layer + 1} differs in the order or form of its entries`
        : `layer ${layer + 1}: ${file.path}: ${file.what}`;
    }
    case "compression":
      return `layer ${difference.layer + 1} has the same files, compressed to other bytes: another version of zlib or zstd`;
    default:
      return `${difference.kind}: ${difference.key} is ${difference.found}, not ${difference.expected}`;
  }
}
