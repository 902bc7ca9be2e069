import type { FileType, ImageFile } from "../model.ts";

/** Files in an order. */
export interface FileList {
  /** With `drain`, what was read is let go of, and the list is empty at the end. */
  read(options?: { readonly drain?: boolean }): Generator<ImageFile>;
  /** The same as bytes, which `restoreFiles` makes a list of again. */
  blocks(): readonly Uint8Array[];
}

/** Files as they were added, in some 20 bytes each: a path is held as far as it differs from the one before. */
export interface PackedFiles extends FileList {
  readonly count: number;
  /** Returns how many characters of its path are not held again, as the one before it begins with them. */
  add(file: ImageFile): number;
}

const types: readonly FileType[] = ["file", "directory", "symlink", "link", "character", "block", "fifo"];
const blockSize = 1 << 18;
/** Room for the numbers of a file, besides its texts. */
const numbersSize = 80;

/** An empty list. `layer` is what its files have as such. */
export function packFiles(layer: number): PackedFiles {
  let blocks: Buffer[] = [];
  let block: Buffer = Buffer.alloc(0);
  let used = 0;
  let count = 0;
  let before = "";

  const number = (value: number) => {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) block[used++] = (rest % 0x80) + 0x80;
    block[used++] = rest;
  };
  const text = (value: string) => {
    const size = Buffer.byteLength(value);
    number(size);
    used += block.write(value, used);
  };
  const finished = () => (used === block.length ? blocks : [...blocks.slice(0, -1), block.subarray(0, used)]);

  return {
    get count() {
      return count;
    },
    add(file) {
      const { path, type, mode, uid, gid, size, linkPath, capabilities } = file;
      const needed = numbersSize + 3 * (path.length + linkPath.length + (capabilities?.length ?? 0));
      if (used + needed > block.length) {
        blocks = finished();
        block = Buffer.allocUnsafeSlow(Math.max(blockSize, needed));
        blocks.push(block);
        used = 0;
        before = "";
      }
      const shared = sharedLength(before, path);
      block[used++] = types.indexOf(type) + (capabilities === undefined ? 0 : 0x10) + (linkPath === "" ? 0 : 0x20);
      for (const value of [shared, mode, uid, gid, size]) number(value);
      text(path.slice(shared));
      if (linkPath !== "") text(linkPath);
      if (capabilities !== undefined) text(capabilities);
      before = path;
      count++;
      return shared;
    },
    *read({ drain = false } = {}) {
      const all = [...finished()];
      if (drain) {
        blocks = [];
        block = Buffer.alloc(0);
        used = 0;
        count = 0;
      }
      for (let at = 0; at < all.length; at++) {
        const current = all[at];
        if (current === undefined) continue;
        yield* unpackFiles(current, layer);
        // The garbage collector would come to it late: it sees a small object, not the block.
        if (drain && current.buffer instanceof ArrayBuffer) current.buffer.transfer(0);
      }
    },
    blocks: finished,
  };
}

/** The files of one block. Throws RangeError for bytes that are none. */
function* unpackFiles(bytes: Uint8Array, layer: number): Generator<ImageFile> {
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let before = "";
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = block.readUInt8(at++);
      value += (byte % 0x80) * scale;
      if (byte < 0x80) return value;
    }
  };
  const text = (): string => {
    const size = number();
    const value = block.toString("utf8", at, at + size);
    at += size;
    return value;
  };
  while (at < block.length) {
    const head = number();
    const [shared, mode, uid, gid, size] = [number(), number(), number(), number(), number()];
    const path = before.slice(0, shared) + text();
    const linkPath = (head & 0x20) === 0 ? "" : text();
    const file = { path, type: types[head & 0xf] ?? "file", mode, uid, gid, size, linkPath, layer };
    yield (head & 0x10) === 0 ? file : { ...file, capabilities: text() };
    before = path;
  }
}

function sharedLength(before: string, path: string): number {
  const most = Math.min(before.length, path.length);
  let length = 0;
  while (length < most && before.charCodeAt(length) === path.charCodeAt(length)) length++;
  // Half of a surrogate pair would not survive being written as UTF-8.
  const last = path.charCodeAt(length - 1);
  return length > 0 && last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}

/** The list that `blocks` are the bytes of. */
export function restoreFiles(blocks: readonly Uint8Array[], layer: number): FileList {
  return {
    *read() {
      for (const block of blocks) yield* unpackFiles(block, layer);
    },
    blocks: () => blocks,
  };
}
