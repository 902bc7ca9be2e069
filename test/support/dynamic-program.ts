/** What a made ELF file asks of the dynamic loader. */
export interface DynamicParts {
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  /** Default x86-64, 62. */
  readonly machine?: number;
  /** e_type: 2 for a program at a fixed address, 3 (default) for any other, 1 for an object file. */
  readonly type?: number;
}

const base = 0x400000;
const [load, dynamic, interpreter] = [1, 2, 3];

/** A 64-bit ELF file that can be read, not run: header, segments, and the dynamic section with its texts. */
export function dynamicElf(parts: DynamicParts = {}): Buffer {
  const { needed = [] } = parts;
  let texts = "\0";
  const text = (value: string): number => {
    const at = texts.length;
    texts += `${value}\0`;
    return at;
  };
  const entries: [tag: number, value: number][] = [
    ...needed.map((name): [number, number] => [1, text(name)]),
    ...(parts.soname === undefined ? [] : [[14, text(parts.soname)] satisfies [number, number]]),
    ...(parts.rpath === undefined ? [] : [[15, text(parts.rpath)] satisfies [number, number]]),
    ...(parts.runpath === undefined ? [] : [[29, text(parts.runpath)] satisfies [number, number]]),
  ];
  const loader = Buffer.from(parts.interpreter === undefined ? "" : `${parts.interpreter}\0`);
  const segments = parts.interpreter === undefined ? 2 : 3;
  const loaderAt = 64 + segments * 56;
  const dynamicAt = loaderAt + loader.length;
  const dynamicSize = (entries.length + 3) * 16;
  const textsAt = dynamicAt + dynamicSize;
  const size = textsAt + texts.length;
  const table = [...entries, [5, base + textsAt], [10, texts.length], [0, 0]];
  return Buffer.concat([
    fileHeader(parts, segments),
    segment(load, 0, size),
    segment(dynamic, dynamicAt, dynamicSize),
    ...(loader.length > 0 ? [segment(interpreter, loaderAt, loader.length)] : []),
    loader,
    ...table.map(([tag = 0, value = 0]) => numbers(tag, value)),
    Buffer.from(texts, "latin1"),
  ]);
}

function fileHeader({ machine = 62, type = 3 }: DynamicParts, segments: number): Buffer {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(type, 16);
  header.writeUInt16LE(machine, 18);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(segments, 56);
  return header;
}

function segment(type: number, offset: number, size: number): Buffer {
  const header = Buffer.alloc(56);
  header.writeUInt32LE(type, 0);
  header.set(numbers(offset, base + offset, base + offset, size, size), 8);
  return header;
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), index * 8);
  return bytes;
}
