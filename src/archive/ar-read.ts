import { ArchiveError } from "./error.ts";

/** A member of an ar archive; `content` is a view into the archive's bytes. */
export interface ArMember {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Bounds and the archive's name for messages. */
export interface ArOptions {
  readonly what?: string;
  /** Most members allowed; 100 unless given. */
  readonly members?: number;
}

const magic = "!<arch>\n";
const headerSize = 60;

/** The members of an ar archive as .deb uses it (deb(5)), in order and without copying. Throws AR_INVALID. */
export function readAr(bytes: Uint8Array, options: ArOptions = {}): readonly ArMember[] {
  const what = options.what ?? "the ar archive";
  const most = options.members ?? 100;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.toString("latin1", 0, magic.length) !== magic) throw invalid(`${what} does not begin as an ar archive`);
  const members: ArMember[] = [];
  for (let offset = magic.length; offset < bytes.length; ) {
    const { name, size } = readHeader(view, offset, what);
    const start = offset + headerSize;
    if (start + size > bytes.length) throw invalid(`${what} ends within its member ${JSON.stringify(name)}`);
    if (members.length === most) throw invalid(`${what} has more than ${most} members`);
    members.push({ name, content: bytes.subarray(start, start + size) });
    offset = start + size + (size % 2);
  }
  return members;
}

function readHeader(view: Buffer, offset: number, what: string): { readonly name: string; readonly size: number } {
  const header = view.toString("latin1", offset, offset + headerSize);
  if (header.length < headerSize || !header.endsWith("`\n")) throw invalid(`${what} has a damaged member header`);
  const name = header.slice(0, 16).trimEnd().replace(/\/$/, "");
  const size = header.slice(48, 58).trim();
  if (!/^[0-9]{1,10}$/.test(size)) throw invalid(`${what} has a member of unreadable size`);
  return { name, size: Number(size) };
}

function invalid(message: string): ArchiveError {
  return new ArchiveError("AR_INVALID", message, { hint: "the file is damaged or not an ar archive; fetch it again" });
}
