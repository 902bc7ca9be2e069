import { crc32, deflateRawSync } from "node:zlib";

/** How to make an archive, and what to make wrong with it. */
export interface ZipOptions {
  readonly stored?: boolean;
  /** Write sizes and counts in their zip64 form. */
  readonly large?: boolean;
  readonly wrongChecksum?: boolean;
  /** What the directory says of each file's unpacked size. */
  readonly announcedSize?: number;
  readonly encrypted?: boolean;
  readonly method?: number;
  /** Sizes and checksum stand behind the content, after a signature or not, in 4 or (large) 8 bytes. */
  readonly descriptor?: "signed" | "unsigned" | "large signed" | "large unsigned";
  /** The local header has its sizes in a zip64 field. */
  readonly largeLocal?: boolean;
  readonly comment?: string;
  /** Type and permission bits by name, `0o100755`; the archive is then one made on a Unix. */
  readonly modes?: Readonly<Record<string, number>>;
  /** Date and time of all files in DOS form, as one number of 32 bits. */
  readonly dosTime?: number;
  /** Seconds since 1970, written in an extended timestamp. */
  readonly timestamp?: number;
}

/** The bytes of a zip archive. */
export function makeZip(files: Readonly<Record<string, string | Uint8Array>>, options: ZipOptions = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const { local, central } = entryOf(name, text, { ...options, offset });
    locals.push(local);
    directory.push(central);
    offset += local.length;
  }
  const size = directory.reduce((sum, one) => sum + one.length, 0);
  return Buffer.concat([...locals, ...directory, endOf({ count: directory.length, size, offset }, options)]);
}

function entryOf(name: string, text: string | Uint8Array, options: ZipOptions & { readonly offset: number }) {
  const content = Buffer.from(text);
  const raw = options.stored === true ? content : deflateRawSync(content);
  const method = options.method ?? (options.stored === true ? 0 : 8);
  const checksum = options.wrongChecksum === true ? 1 : crc32(content);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(45, 0);
  fields.writeUInt16LE((options.encrypted === true ? 1 : 0) | (options.descriptor === undefined ? 0 : 8), 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt32LE(options.dosTime ?? 0, 6);
  fields.writeUInt32LE(checksum, 10);
  fields.writeUInt32LE(raw.length, 14);
  fields.writeUInt32LE(options.announcedSize ?? content.length, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  const local = Buffer.concat([localHeader(name, fields, options), raw, descriptorOf(fields, options)]);
  const extra = Buffer.concat([
    options.timestamp === undefined ? Buffer.alloc(0) : timestampExtra(options.timestamp),
    options.large === true ? zip64Extra([content.length, raw.length, options.offset]) : Buffer.alloc(0),
  ]);
  const mode = options.modes?.[name] ?? 0;
  const central = Buffer.concat([
    Buffer.from("PK\x01\x02\x2d\x00"),
    fields,
    Buffer.alloc(14),
    Buffer.from(name),
    extra,
  ]);
  central.writeUInt8(options.modes === undefined ? 0 : 3, 5);
  central.writeUInt16LE(mode, 40);
  central.writeUInt16LE(extra.length, 30);
  central.writeUInt32LE(options.large === true ? 0xffffffff : options.offset, 42);
  if (options.large === true) central.fill(0xff, 20, 28);
  return { local, central };
}

function localHeader(name: string, fields: Buffer, options: ZipOptions): Buffer {
  const header = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name)]);
  if (options.descriptor !== undefined) header.fill(0, 14, 26);
  if (options.largeLocal !== true) return header;
  const extra = zip64Extra([header.readUInt32LE(22), header.readUInt32LE(18)]);
  header.fill(0xff, 18, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, extra]);
}

function descriptorOf(fields: Buffer, options: ZipOptions): Buffer {
  if (options.descriptor === undefined) return Buffer.alloc(0);
  const [checksum, packed, size] = [10, 14, 18].map((at) => fields.subarray(at, at + 4));
  const upper = Buffer.alloc(options.descriptor.startsWith("large") ? 4 : 0);
  const signature = Buffer.from(options.descriptor.endsWith("unsigned") ? "" : "PK\x07\x08");
  return Buffer.concat([signature, ...[checksum, packed, upper, size, upper].map((part) => part ?? upper)]);
}

function timestampExtra(seconds: number): Buffer {
  const extra = Buffer.from([0x55, 0x54, 5, 0, 1, 0, 0, 0, 0]);
  extra.writeInt32LE(seconds, 5);
  return extra;
}

function zip64Extra(numbers: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * numbers.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * numbers.length, 2);
  for (const [i, number] of numbers.entries()) extra.writeBigUInt64LE(BigInt(number), 4 + 8 * i);
  return extra;
}

function endOf(
  at: { readonly count: number; readonly size: number; readonly offset: number },
  options: ZipOptions,
): Buffer {
  const comment = Buffer.from(options.comment ?? "");
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(options.large === true ? 0xffff : at.count, 10);
  end.writeUInt32LE(options.large === true ? 0xffffffff : at.size, 12);
  end.writeUInt32LE(options.large === true ? 0xffffffff : at.offset, 16);
  end.writeUInt16LE(comment.length, 20);
  if (options.large !== true) return Buffer.concat([end, comment]);
  const record = Buffer.alloc(56);
  record.write("PK\x06\x06", "latin1");
  record.writeBigUInt64LE(BigInt(at.count), 32);
  record.writeBigUInt64LE(BigInt(at.size), 40);
  record.writeBigUInt64LE(BigInt(at.offset), 48);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07", "latin1");
  locator.writeBigUInt64LE(BigInt(at.offset + at.size), 8);
  return Buffer.concat([record, locator, end, comment]);
}
