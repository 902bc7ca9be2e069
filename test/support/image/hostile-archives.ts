import { crc32 } from "node:zlib";

/** A zip archive in which a stored archive is in which one is, `depth` times; the innermost has `files`, whole. */
export function nestedArchives(depth: number, innermost: Uint8Array, name = "inner.jar"): Uint8Array {
  const label = Buffer.from(name);
  const [before, after] = [30 + label.length, 46 + label.length + 22];
  const buffer = Buffer.alloc(innermost.length + depth * (before + after));
  let start = depth * before;
  let end = start + innermost.length;
  buffer.set(innermost, start);
  for (let level = 0; level < depth; level++) {
    const size = end - start;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(buffer.subarray(start, end)), 10);
    fields.writeUInt32LE(size, 14);
    fields.writeUInt32LE(size, 18);
    fields.writeUInt16LE(label.length, 22);
    start -= before;
    buffer.set(Buffer.concat([Buffer.from("PK\x03\x04"), fields, label]), start);
    const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), fields, Buffer.alloc(14), label]);
    buffer.set(central, end);
    buffer.set(endOfDirectory({ count: 1, size: central.length, offset: before + size }), end + central.length);
    end += after;
  }
  return buffer;
}

/** A zip archive whose directory names the same packed content `count` times, so that it unpacks to that many times its size. */
export function overlappingArchive(count: number, packed: { readonly deflated: Uint8Array; readonly size: number }) {
  const { deflated, size } = packed;
  const fields = (name: Buffer) => {
    const result = Buffer.alloc(26);
    result.writeUInt16LE(20, 0);
    result.writeUInt16LE(8, 4);
    result.writeUInt32LE(deflated.length, 14);
    result.writeUInt32LE(size, 18);
    result.writeUInt16LE(name.length, 22);
    return result;
  };
  const nameOf = (at: number) => Buffer.from(`META-INF/maven/g/${String(at).padStart(6, "0")}/pom.properties`);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields(nameOf(0)), nameOf(0), deflated]);
  const entries = Array.from({ length: count }, (_, at) =>
    Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), fields(nameOf(at)), Buffer.alloc(14), nameOf(at)]),
  );
  const directory = Buffer.concat(entries);
  const end = endOfDirectory({ count: Math.min(count, 0xfffe), size: directory.length, offset: local.length });
  return Buffer.concat([local, directory, end]);
}

function endOfDirectory(of: { readonly count: number; readonly size: number; readonly offset: number }): Buffer {
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(of.count, 8);
  end.writeUInt16LE(of.count, 10);
  end.writeUInt32LE(of.size, 12);
  end.writeUInt32LE(of.offset, 16);
  return end;
}
