import { createHash } from "node:crypto";
import { decompress } from "../../archive/decompress.ts";
import { createTarParser } from "../../archive/tar-read.ts";
import { blamingEntries } from "../../cache/blame.ts";
import { ImageError } from "../error.ts";
import type { Fragment, Packing } from "./fragment.ts";

const contentLimit = 2 ** 30;

/**
 * Contents of files that fragments have put into an image, by path; where several have one, the last counts. Links lead
 * to nothing here: ask for what they point to. Throws IMAGE_PATH_INVALID naming a path that none has.
 */
export async function fragmentContents(
  fragments: readonly Fragment[],
  paths: readonly string[],
  { cache }: Packing,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  const owners = ownersOf(new Set(paths), fragments);
  const wanted = new Map<Fragment, Map<string, string>>();
  for (const path of paths) {
    const found = owners.get(path);
    if (found === undefined) throw missing(path);
    const { owner, place } = found;
    wanted.set(owner, (wanted.get(owner) ?? new Map<string, string>()).set(path, place));
  }
  for (const [fragment, places] of wanted) {
    const found = await contentsOf(fragment, [...new Set(places.values())].toSorted(), cache);
    for (const [path, place] of places) contents.set(path, found.get(place) ?? new Uint8Array(0));
  }
  return contents;
}

/** A fragment from this size on, in packed bytes, takes longer to unpack than a record to read. */
const largeFragment = 1 << 17;
/** Bytes of content that a record may hold. */
const smallContent = 1 << 16;

/** Contents at `places` of a fragment. A few small ones of a large fragment are remembered, as unpacking all for them is slow. */
async function contentsOf(
  fragment: Fragment,
  places: readonly string[],
  cache: Packing["cache"],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const key = createHash("sha256")
    .update(JSON.stringify([fragment.sha256, ...places]))
    .digest("hex");
  const known = fragment.size < largeFragment ? null : await cache.record("content", key);
  if (isRows(known)) return new Map(known.map(([place, base64]) => [place, Buffer.from(base64, "base64")]));
  const found = await blamingEntries(cache, [fragment.sha256], async () => {
    return await readFragment(fragment, new Set(places), cache);
  });
  const size = [...found.values()].reduce((sum, content) => sum + content.length, 0);
  if (fragment.size >= largeFragment && size <= smallContent) {
    const rows = [...found].map(([place, content]) => [place, Buffer.from(content).toString("base64")]);
    await cache.writeRecord("content", key, rows);
  }
  return found;
}

function isRows(value: unknown): value is readonly (readonly [place: string, base64: string])[] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row) && row.length === 2);
}

/** Of each path the last fragment that has it, and where in it its content lies: a hard link's at its first name. */
function ownersOf(paths: ReadonlySet<string>, fragments: readonly Fragment[]) {
  const owners = new Map<string, { readonly owner: Fragment; readonly place: string }>();
  for (const owner of fragments) {
    for (const [path, type, , , , , linkPath] of owner.files) {
      if (paths.has(path)) owners.set(path, { owner, place: type === "link" ? linkPath : path });
    }
  }
  return owners;
}

async function readFragment(
  fragment: Fragment,
  places: ReadonlySet<string>,
  cache: Packing["cache"],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const what = `the fragment ${fragment.key}`;
  const parser = createTarParser(
    {
      entry: (header) => (places.has(header.path) ? contentLimit : 0),
      file: (header, content) => found.set(header.path, new Uint8Array(content)),
    },
    { what },
  );
  const limit = { limit: fragment.unpackedSize, what };
  for await (const chunk of decompress(cache.stream(fragment.sha256), limit)) parser.write(chunk);
  return found;
}

function missing(path: string): ImageError {
  return new ImageError("IMAGE_PATH_INVALID", `nothing in the image is at /${path}`, {
    hint: "check the path, and that the package or file which brings it is listed",
  });
}
