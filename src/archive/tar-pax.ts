import { ArchiveError } from "./error.ts";
import { decodeText } from "./tar-header.ts";

const space = 0x20;
const equals = 0x3d;
const newline = 0x0a;

/**
 * Reads the records of a pax extended header, `<length> <keyword>=<value>\n` each (POSIX pax, "pax Extended Header").
 * An empty value, which cancels a record, is kept as `""`. Throws TAR_INVALID.
 */
export function parsePaxRecords(content: Uint8Array, what: string): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  let offset = 0;
  while (offset < content.length) {
    const gap = content.indexOf(space, offset);
    const length = gap === -1 || gap - offset > 10 ? Number.NaN : decimal(decodeText(content.subarray(offset, gap)));
    const end = offset + length;
    const sign = content.subarray(0, end).indexOf(equals, gap + 1);
    if (Number.isNaN(length) || end > content.length || content[end - 1] !== newline || sign <= gap + 1)
      throw invalid(what);
    const keyword = decodeText(content.subarray(gap + 1, sign));
    records.set(keyword, decodeValue(keyword, content.subarray(sign + 1, end - 1)));
    offset = end;
  }
  return records;
}

/** The bytes of pax records in the order given; values as in `TarHeader.pax`. */
export function formatPaxRecords(records: Iterable<readonly [string, string]>): Uint8Array {
  const parts = [...records].map(([keyword, value]) => {
    const body = Buffer.concat([Buffer.from(` ${keyword}=`), encodeValue(keyword, value), Buffer.from("\n")]);
    return Buffer.concat([Buffer.from(String(recordLength(body.length))), body]);
  });
  return Buffer.concat(parts);
}

/** Where extended attributes are kept: `SCHILY.xattr.<name>`. */
export const xattrPrefix = "SCHILY.xattr.";

/** A record's length counts its own digits. */
function recordLength(body: number): number {
  const guess = body + String(body).length;
  return body + String(guess).length;
}

function decodeValue(keyword: string, value: Uint8Array): string {
  if (!keyword.startsWith(xattrPrefix)) return decodeText(value);
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1");
}

function encodeValue(keyword: string, value: string): Buffer {
  return Buffer.from(value, keyword.startsWith(xattrPrefix) ? "latin1" : "utf8");
}

function decimal(text: string): number {
  return /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
}

function invalid(what: string): ArchiveError {
  return new ArchiveError("TAR_INVALID", `${what} has a malformed pax extended header`, {
    hint: "the archive is damaged; fetch it again",
  });
}
