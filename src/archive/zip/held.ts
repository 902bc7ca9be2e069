import { crc32, inflateRawSync } from "node:zlib";
import { joinBytes } from "../bytes.ts";
import { type ArchiveError, tooLarge } from "../error.ts";
import { invalidZip } from "./exactly.ts";
import type { ZipStreamEntry } from "./local-header.ts";

/** What becomes of an entry's content that is wanted as a whole. */
export interface HoldWish {
  /** The most bytes it may have unpacked. */
  readonly limit: number;
  /** The content, unpacked and checked; it is lent only until this returns. */
  done(content: Uint8Array): void;
  /**
   * Called instead of `done`: the content is too large, damaged, encrypted, or packed in another way; `unpacked` bytes of it
   * at most were unpacked in vain.
   */
  failed(error: ArchiveError, unpacked: number): void;
}

/** Takes the packed content of an entry in pieces. */
export interface Receiver {
  add(piece: Uint8Array): void;
  end(checksum: number | null): void;
  /** Called instead of `end` where the archive ends before. */
  cut(): void;
}

/** Gathers an entry's content, unpacks it and hands it over. What cannot be handed over is told once and not kept. */
export function holdContent(entry: ZipStreamEntry, wish: HoldWish): Receiver {
  let pieces: Uint8Array[] = [];
  let size = 0;
  let open = true;
  const refuse = (error: ArchiveError, unpacked = 0) => {
    open = false;
    pieces = [];
    wish.failed(error, unpacked);
  };
  const refusal = unreadable(entry, wish.limit);
  if (refusal !== null) refuse(refusal);
  return {
    add(piece) {
      if (!open) return;
      size += piece.length;
      if (size > packedLimit(wish.limit)) refuse(tooLarge(entry.name, wish.limit));
      // Only the piece that completes the content may stay as lent: the end follows before it is taken back.
      else pieces.push(size === entry.compressedSize ? piece : new Uint8Array(piece));
    },
    end(checksum) {
      if (!open) return;
      const packed = joinBytes(pieces);
      pieces = [];
      const content = unpack(packed, entry, { limit: wish.limit, checksum });
      if (content instanceof Uint8Array) wish.done(content);
      else refuse(content, entry.method === 0 ? 0 : wish.limit);
    },
    cut() {
      if (open) refuse(invalidZip(entry.name, "the archive is cut off"));
    },
  };
}

/** Why the content cannot be had, as far as its header tells. */
function unreadable(entry: ZipStreamEntry, limit: number): ArchiveError | null {
  if (entry.encrypted) return invalidZip(entry.name, "encrypted");
  if (entry.method !== 0 && entry.method !== 8) {
    return invalidZip(entry.name, `compression method ${entry.method} is not known`);
  }
  const announced = Math.max(entry.size ?? 0, (entry.compressedSize ?? 0) - packedLimit(limit) + limit);
  return announced > limit ? tooLarge(entry.name, limit) : null;
}

/** Deflated content is larger than what it holds by a little at most. */
function packedLimit(limit: number): number {
  return limit + Math.ceil(limit / 1000) + 1024;
}

function unpack(
  packed: Uint8Array,
  entry: ZipStreamEntry,
  options: { readonly limit: number; readonly checksum: number | null },
): Uint8Array | ArchiveError {
  const { limit, checksum } = options;
  if (entry.method === 0 && packed.length > limit) return tooLarge(entry.name, limit);
  try {
    const content = entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(limit, 1) });
    if (entry.size !== null && content.length !== entry.size) {
      return invalidZip(entry.name, `${content.length} bytes, not ${entry.size}`);
    }
    if (checksum !== null && crc32(content) !== checksum) return invalidZip(entry.name, "wrong checksum");
    return content;
  } catch (cause) {
    if (cause instanceof RangeError) return tooLarge(entry.name, limit);
    return invalidZip(entry.name, cause instanceof Error ? cause.message : "damaged", cause);
  }
}
