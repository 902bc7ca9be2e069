import type { TarOptions } from "../../src/archive/tar-core.ts";
import { headerChecksum } from "../../src/archive/tar-header.ts";
import { createTarParser, type TarHeader } from "../../src/archive/tar-read.ts";
import { type TarWriteEntry, tarEnd, tarHeader, tarPadding } from "../../src/archive/tar-write.ts";

/** A file entry with its content, ready to be put into an archive. */
export function fileBytes(
  entry: Partial<TarWriteEntry> & { readonly path: string },
  content: string | Uint8Array = "",
): Uint8Array {
  const bytes = Buffer.from(content);
  const header = tarHeader({ type: "file", mode: 0o644, mtime: 0, size: bytes.length, ...entry });
  return Buffer.concat([header, bytes, tarPadding(bytes.length)]);
}

/** `parts` as an archive with its end mark. */
export function archiveOf(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([...parts, tarEnd]);
}

/** A header block with fields written at offsets and the checksum made right: for what our own writer would never write. */
export function rawBlock(fields: Readonly<Record<number, string | Uint8Array>>): Uint8Array {
  const block = Buffer.alloc(512);
  block.write("0000644\0", 100, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  block.write("0", 156, "latin1");
  for (const [offset, value] of Object.entries(fields)) block.set(Buffer.from(value), Number(offset));
  block.write(`${headerChecksum(block).toString(8).padStart(6, "0")}\u0000 `, 148, "latin1");
  return block;
}

/** An extended header of the given type flag (`x`, `g`, `L`, `K`) with its content. */
export function extension(flag: string, content: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(content);
  const size = `${bytes.length.toString(8).padStart(11, "0")}\0`;
  return Buffer.concat([rawBlock({ 0: "extension", 124: size, 156: flag }), bytes, tarPadding(bytes.length)]);
}

/** One pax record. */
export function paxRecord(keyword: string, value: string): string {
  const body = ` ${keyword}=${value}\n`;
  let length = Buffer.byteLength(body);
  while (Buffer.byteLength(`${length}${body}`) !== length) length = Buffer.byteLength(`${length}${body}`);
  return `${length}${body}`;
}

/** An entry as read, with its content where it is a file. */
export interface ReadEntry {
  readonly header: TarHeader;
  readonly content: Uint8Array | null;
}

/** Reads a whole archive with the push parser, given in chunks of `chunkSize`. */
export function readAll(
  bytes: Uint8Array,
  options: TarOptions & { readonly chunkSize?: number } = {},
): readonly ReadEntry[] {
  const { chunkSize = bytes.length, ...rest } = options;
  const contents = new Map<TarHeader, Uint8Array>();
  const headers: TarHeader[] = [];
  const parser = createTarParser(
    {
      entry(header) {
        headers.push(header);
        return 1 << 30;
      },
      file: (header, content) => contents.set(header, content),
    },
    rest,
  );
  for (let offset = 0; offset < bytes.length; offset += chunkSize)
    parser.write(bytes.subarray(offset, offset + chunkSize));
  parser.end();
  return headers.map((header) => ({ header, content: contents.get(header) ?? null }));
}
