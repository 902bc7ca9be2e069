import { tags } from "../../../src/scan/rpm/package.ts";

/** Values of a tag: texts are a STRING_ARRAY, a text is a STRING, numbers are INT32, bytes are INT8. */
export type TagValue = string | readonly string[] | readonly number[] | Uint8Array;

/** A package as `madeHeader` writes it. */
export interface MadePackage {
  readonly name: string;
  readonly version?: string;
  readonly release?: string;
  readonly epoch?: number;
  readonly architecture?: string;
  readonly sourceRpm?: string;
  readonly license?: string;
  readonly vendor?: string;
  readonly module?: string;
  /** Absolute paths. */
  readonly files?: readonly string[];
  readonly provides?: readonly string[];
  readonly requires?: readonly string[];
  /** Tags that are not read. */
  readonly others?: readonly (readonly [tag: number, value: TagValue])[];
}

/** The header of a package as a database has it. */
export function madeHeader(made: MadePackage): Uint8Array {
  const { name, version = "1.0", release = "1", architecture = "x86_64", files = [] } = made;
  const folders = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf("/") + 1)))];
  const entries: [number, TagValue | undefined][] = [
    [tags.name, name],
    [tags.version, version],
    [tags.release, release],
    [tags.epoch, made.epoch === undefined ? undefined : [made.epoch]],
    [tags.vendor, made.vendor],
    [tags.license, made.license],
    [tags.architecture, architecture],
    [tags.sourceRpm, made.sourceRpm],
    [tags.provides, made.provides],
    [tags.requires, made.requires],
    [tags.folderIndexes, files.map((file) => folders.indexOf(file.slice(0, file.lastIndexOf("/") + 1)))],
    [tags.fileNames, files.map((file) => file.slice(file.lastIndexOf("/") + 1))],
    [tags.folders, folders],
    [tags.module, made.module],
    ...(made.others ?? []).map(([tag, value]): [number, TagValue] => [tag, value]),
  ];
  return headerOf(entries.flatMap(([tag, value]) => (value === undefined || value.length === 0 ? [] : [[tag, value]])));
}

/** A header with these tags, in this order. */
export function headerOf(entries: readonly (readonly [tag: number, value: TagValue])[]): Uint8Array {
  const index: Buffer[] = [];
  const store: Buffer[] = [];
  let offset = 0;
  for (const [tag, value] of entries) {
    const { type, count, bytes, alignment } = encode(value);
    const padding = Buffer.alloc((alignment - (offset % alignment)) % alignment);
    index.push(numbers([tag, type, offset + padding.length, count]));
    store.push(padding, bytes);
    offset += padding.length + bytes.length;
  }
  return Buffer.concat([numbers([entries.length, offset]), ...index, ...store]);
}

function encode(value: TagValue): { type: number; count: number; bytes: Buffer; alignment: number } {
  if (typeof value === "string") return { type: 6, count: 1, bytes: Buffer.from(`${value}\0`), alignment: 1 };
  if (value instanceof Uint8Array) return { type: 2, count: value.length, bytes: Buffer.from(value), alignment: 1 };
  const texts = value.filter((item) => typeof item === "string");
  if (texts.length > 0) {
    return {
      type: 8,
      count: texts.length,
      bytes: Buffer.from(texts.map((text) => `${text}\0`).join("")),
      alignment: 1,
    };
  }
  const all = value.filter((item) => typeof item === "number");
  return { type: 4, count: all.length, bytes: numbers(all), alignment: 4 };
}

function numbers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, at * 4);
  return bytes;
}
