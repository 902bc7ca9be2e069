import { ArchiveError, tooLarge } from "./error.ts";
import { addGlobals, mergeHeader, type Pending } from "./tar-entry.ts";
import { blockSize, decodeText, isZeroBlock, readRawHeader, type TarHeader } from "./tar-header.ts";
import { type TarLimits, usualLimits } from "./tar-limits.ts";
import { quoted } from "./tar-path.ts";
import { parsePaxRecords } from "./tar-pax.ts";

/** How to read an archive: what it is, for messages, and where limits differ from the usual. */
export interface TarOptions {
  readonly what?: string;
  readonly limits?: Partial<TarLimits>;
}

/**
 * What a header block turned out to be. `size` bytes of content and padding to a full block follow the first two; two
 * blocks of zeros end the archive.
 */
export type TarStep =
  | { readonly kind: "entry"; readonly header: TarHeader; readonly size: number }
  | { readonly kind: "extension"; readonly size: number }
  | { readonly kind: "zero" }
  | { readonly kind: "end" };

/** The reading of headers without the reading of bytes: both the push and the pull reader feed it. */
export interface TarCore {
  readonly what: string;
  /** Reads a header block of 512 bytes. */
  block(bytes: Uint8Array): TarStep;
  /** Takes the content that follows an `extension` step. */
  extension(content: Uint8Array): void;
  /** The error for an archive that ends within a header or an entry. */
  truncated(): ArchiveError;
  /** Checks that the archive may end here, between two entries. */
  finish(): void;
}

/** A core with the usual limits unless `options` says otherwise. */
export function tarCore(options: TarOptions = {}): TarCore {
  const what = options.what ?? "the tar archive";
  const limits = { ...usualLimits, ...options.limits };
  const globals = new Map<string, string>();
  let pending: Pending = {};
  let extending = "";
  let path = "";
  let zeros = 0;
  let entries = 0;
  let total = 0;

  const count = (size: number) => {
    total += blockSize + paddedSize(size);
    if (total > limits.totalSize) throw tooLarge(what, limits.totalSize);
  };
  const truncated = () => {
    const place = entries === 0 ? "before its first entry" : `in or after the entry ${quoted(path)}`;
    const hint = "the file was cut short; fetch it again";
    return new ArchiveError("TAR_TRUNCATED", `${what} ends too early, ${place}`, { hint });
  };

  return {
    what,
    truncated,
    finish() {
      if (isWaiting(pending)) throw truncated();
    },
    block(bytes) {
      if (isZeroBlock(bytes)) {
        if (isWaiting(pending)) throw invalid(`${what} ends after an extended header without its entry`);
        return { kind: ++zeros === 1 ? "zero" : "end" };
      }
      if (zeros > 0) throw invalid(`${what} goes on after a block of zeros`);
      const raw = readRawHeader(bytes, what);
      if (extensions.has(raw.flag)) {
        if (raw.size < 0) throw invalid(`${what} has an extended header of impossible size`);
        if (raw.size > limits.paxSize) throw tooLarge(`an extended header of ${what}`, limits.paxSize);
        extending = raw.flag;
        count(raw.size);
        return { kind: "extension", size: raw.size };
      }
      if (++entries > limits.entries) throw tooMany(what, limits.entries);
      const header = mergeHeader(raw, { pending, globals, what, limits });
      pending = {};
      path = header.path;
      count(header.size);
      return { kind: "entry", header, size: header.size };
    },
    extension(content) {
      if (extending === "L") pending = { ...pending, path: untilNul(content) };
      else if (extending === "K") pending = { ...pending, linkPath: untilNul(content) };
      else {
        const records = parsePaxRecords(content, what);
        if (extending === "g") addGlobals(globals, records, { what, limits });
        else pending = { ...pending, pax: records };
      }
    },
  };
}

/** `size` rounded up to whole blocks. */
export function paddedSize(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}

/** Pax headers for the next entry and for all that follow, GNU's long name and long link. */
const extensions: ReadonlySet<string> = new Set(["x", "g", "L", "K"]);

function isWaiting(pending: Pending): boolean {
  return pending.pax !== undefined || pending.path !== undefined || pending.linkPath !== undefined;
}

function untilNul(content: Uint8Array): string {
  const end = content.indexOf(0);
  return decodeText(end === -1 ? content : content.subarray(0, end));
}

function invalid(message: string): ArchiveError {
  return new ArchiveError("TAR_INVALID", message, { hint: "the archive is damaged or was not made by a tar program" });
}

function tooMany(what: string, limit: number): ArchiveError {
  return new ArchiveError("ARCHIVE_TOO_LARGE", `${what} has more than ${limit} entries`, {
    hint: "an archive of that many entries is not expected here",
  });
}
