import type { ArchiveError } from "../error.ts";
import { findDescriptor } from "./descriptor.ts";
import { invalidZip } from "./exactly.ts";
import { type HoldWish, holdContent, type Receiver } from "./held.ts";
import {
  isLocalHeader,
  localHeaderLength,
  localHeaderSize,
  readLocalHeader,
  type ZipStreamEntry,
} from "./local-header.ts";

/** Takes the content of a stored entry as it passes. */
export interface PassWish {
  /** A chunk of any length; its bytes are only lent until this returns. */
  write(chunk: Uint8Array): void;
  /** Called after the last chunk; `complete` tells whether the archive had all of the content. */
  end(complete: boolean): void;
  /** Called instead of the others: the content is packed or encrypted. */
  failed(error: ArchiveError): void;
}

/** Says what is wanted of an archive that is read as a stream. */
export interface ZipStreamHandler {
  /** Called for every entry, folders too: the content held and unpacked, passed on as it comes, or skipped (null). */
  entry(entry: ZipStreamEntry): { readonly hold: HoldWish } | { readonly pass: PassWish } | null;
}

/** How the reading ended. A "cut off" archive has lost its end; in what is "no archive" no entry was found. */
export type ZipStreamEnd = "complete" | "cut off" | "no archive";

/** Takes a zip archive in chunks of any size. */
export interface ZipStream {
  write(chunk: Uint8Array): void;
  end(): ZipStreamEnd;
}

/** Before its first entry an archive may have so many bytes of something else, such as the script that starts it. */
export const mostLeadingBytes = 2 ** 20;

/**
 * Reads a zip archive as it comes, by the headers before each content (APPNOTE 4.3.7) and not by its directory: nothing
 * is held but what the handler asks for. Never throws for what is in the archive; bytes that are no entry are passed over.
 */
export function createZipStream(handler: ZipStreamHandler): ZipStream {
  let rest: Buffer = Buffer.alloc(0);
  let bytes = rest;
  let at = 0;
  let leading = 0;
  let found = false;
  let complete = false;
  let content: Content | null = null;

  /** Each step takes what it can from `bytes` and tells whether to go on; false waits for more. */
  const seek = (): boolean => {
    const place = bytes.indexOf("PK", at, "latin1");
    if (place < 0 || place + 4 > bytes.length) {
      skipTo(place < 0 ? Math.max(at, bytes.length - (bytes.at(-1) === 0x50 ? 1 : 0)) : place);
      return false;
    }
    skipTo(place);
    if (!found && leading > mostLeadingBytes) return false;
    const kind = bytes.readUInt32BE(place);
    if (kind === 0x504b0102 || kind === 0x504b0506) complete = true;
    if (kind !== 0x504b0304) return passOver();
    if (place + localHeaderSize > bytes.length) return false;
    if (!isLocalHeader(bytes, place)) return passOver();
    const length = localHeaderLength(bytes, place);
    if (place + length > bytes.length) return false;
    begin(readLocalHeader(bytes, place));
    at += length;
    return true;
  };

  const passOver = (): boolean => {
    skipTo(at + 2);
    return true;
  };

  const skipTo = (place: number) => {
    if (!found) leading += place - at;
    at = place;
  };

  const begin = (entry: ZipStreamEntry) => {
    [found, complete] = [true, false];
    content = { receiver: receiverOf(handler, entry), left: entry.compressedSize, crc32: entry.crc32, offset: 0 };
  };

  const take = (until: number, current: Content) => {
    if (until > at) current.receiver?.add(bytes.subarray(at, until));
    current.offset += until - at;
    at = until;
  };

  const read = (current: Content): boolean => {
    if (current.left !== null) {
      const size = Math.min(current.left, bytes.length - at);
      current.left -= size;
      take(at + size, current);
      if (current.left > 0) return false;
      content = null;
      current.receiver?.end(current.crc32);
      return true;
    }
    const search = findDescriptor(bytes, at, current.offset);
    take(search.found === null ? search.contentUntil : search.found.at, current);
    if (search.found === null) return false;
    at = search.found.next;
    content = null;
    current.receiver?.end(search.found.crc32);
    return true;
  };

  return {
    write(chunk) {
      if (!found && leading > mostLeadingBytes) return;
      bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : viewOf(chunk);
      at = 0;
      while (content === null ? seek() : read(content));
      rest = Buffer.from(bytes.subarray(at));
      bytes = rest;
    },
    end() {
      content?.receiver?.cut();
      if (!found && !complete) return "no archive";
      return complete && content === null ? "complete" : "cut off";
    },
  };
}

/** An entry's content that is being read; `left` is null where only a descriptor tells its end. */
interface Content {
  readonly receiver: Receiver | null;
  left: number | null;
  readonly crc32: number | null;
  offset: number;
}

function receiverOf(handler: ZipStreamHandler, entry: ZipStreamEntry): Receiver | null {
  const wish = handler.entry(entry);
  if (wish === null) return null;
  if ("hold" in wish) return holdContent(entry, wish.hold);
  const { pass } = wish;
  if (entry.encrypted || entry.method !== 0) {
    pass.failed(invalidZip(entry.name, entry.encrypted ? "encrypted" : "packed"));
    return null;
  }
  return { add: (piece) => pass.write(piece), end: () => pass.end(true), cut: () => pass.end(false) };
}

function viewOf(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}
