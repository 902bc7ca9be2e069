import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The bytes of a `Packages` that Berkeley DB itself wrote (db5.3_load of Debian's db5.3-util), its entries as rpm has them:
 * the highest number under key 0, then each blob under its number.
 */
export function loadBerkeley(
  blobs: readonly Uint8Array[],
  options: { readonly folder: string; readonly pageSize?: number },
): Uint8Array {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const pairs = [[number(0), number(blobs.length)], ...blobs.map((blob, index) => [number(index + 1), blob])];
  const head = ["VERSION=3", "format=bytevalue", "type=hash", `db_pagesize=${options.pageSize ?? 4096}`, "HEADER=END"];
  const body = pairs.flat().map((bytes) => ` ${Buffer.from(bytes).toString("hex")}`);
  const path = join(options.folder, `Packages-${crypto.randomUUID()}`);
  execFileSync("db5.3_load", [path], { input: [...head, ...body, "DATA=END", ""].join("\n") });
  return readFileSync(path);
}
