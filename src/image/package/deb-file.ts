import { createTarParser } from "../../archive/tar-read.ts";
import type { Cache } from "../../cache/cache.ts";
import { ImageError } from "../error.ts";
import type { DebIdentity, OpenDeb } from "./open-deb.ts";

const sizeLimit = 1 << 20;

/** How packages are opened, and where what was read of them is remembered. */
export interface DebFilePorts {
  readonly open: OpenDeb;
  readonly cache: Cache;
}

/**
 * The content of one regular file a .deb in the cache ships, documentation and other things that images leave out
 * included; read once. `path` has no leading slash. Throws IMAGE_PATH_INVALID where there is no such file of up to 1 MiB.
 */
export async function debFile(item: DebIdentity, path: string, { open, cache }: DebFilePorts): Promise<Uint8Array> {
  const key = `${item.sha256} ${path}`;
  const known = await cache.record("deb-file", key);
  if (typeof known === "string") return Buffer.from(known, "base64");
  const deb = await open(item);
  const content = findFile(await deb.data(), path);
  if (content === null) {
    throw new ImageError("IMAGE_PATH_INVALID", `the package ${item.name} ${item.version} has no file /${path}`, {
      hint: "package://NAME/PATH names a regular file of up to 1 MiB as the package ships it",
    });
  }
  await cache.writeRecord("deb-file", key, Buffer.from(content).toString("base64"));
  return content;
}

function findFile(data: Uint8Array, path: string): Uint8Array | null {
  let found: Uint8Array | null = null;
  const parser = createTarParser({
    entry: (header) => (header.path === path ? sizeLimit : 0),
    file(_header, content) {
      found = new Uint8Array(content);
    },
  });
  parser.write(data);
  parser.end();
  return found;
}
