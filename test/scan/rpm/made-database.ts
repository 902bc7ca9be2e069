import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A SQLite database with rpm's table of packages, written by SQLite itself. */
export function madeSqlite(blobs: readonly Uint8Array[], options: { readonly pageSize?: number } = {}): Uint8Array {
  const path = join(tmpdir(), `hardpan-test-${crypto.randomUUID()}.sqlite`);
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA page_size = ${options.pageSize ?? 4096}`);
    database.exec("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)");
    database.exec("CREATE TABLE Name (key TEXT NOT NULL, hnum INTEGER NOT NULL)");
    const insert = database.prepare("INSERT INTO Packages (blob) VALUES (?)");
    database.exec("BEGIN");
    for (const blob of blobs) insert.run(blob);
    database.exec("COMMIT");
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(path, { force: true });
  }
}

/** A `Packages.db` of rpm's own format; null stands for a slot whose package was erased. */
export function madeNdb(blobs: readonly (Uint8Array | null)[]): Uint8Array {
  const slotPages = Math.ceil((32 + blobs.length * 16) / 4096);
  const slots = Buffer.alloc(slotPages * 4096);
  slots.write("RpmP", 0, "latin1");
  slots.writeUInt32LE(slotPages, 12);
  slots.writeUInt32LE(blobs.length + 1, 16);
  for (let at = 32; at < slots.length; at += 16) slots.write("Slot", at, "latin1");
  const parts: Uint8Array[] = [slots];
  let block = slots.length / 16;
  for (const [index, blob] of blobs.entries()) {
    if (blob === null) continue;
    const record = ndbRecord(index + 1, blob);
    slots.writeUInt32LE(index + 1, 32 + index * 16 + 4);
    slots.writeUInt32LE(block, 32 + index * 16 + 8);
    slots.writeUInt32LE(record.length / 16, 32 + index * 16 + 12);
    parts.push(record);
    block += record.length / 16;
  }
  return Buffer.concat(parts);
}

/** The checksum in a record's end is left 0: it is not read. */
function ndbRecord(number: number, blob: Uint8Array): Uint8Array {
  const record = Buffer.alloc(Math.ceil((16 + blob.length + 12) / 16) * 16);
  record.write("BlbS", 0, "latin1");
  record.writeUInt32LE(number, 4);
  record.writeUInt32LE(1, 8);
  record.writeUInt32LE(blob.length, 12);
  record.set(blob, 16);
  record.writeUInt32LE(blob.length, record.length - 8);
  record.write("BlbE", record.length - 4, "latin1");
  return record;
}

/** A hash database of Berkeley DB with one bucket, its pages in the byte order `order`; values are in overflow pages. */
export function madeBerkeley(
  blobs: readonly Uint8Array[],
  options: { readonly pageSize?: number; readonly order?: "little" | "big" } = {},
): Uint8Array {
  const { pageSize = 4096, order = "little" } = options;
  const put = (page: Buffer, at: number, value: number) =>
    order === "little" ? page.writeUInt32LE(value, at) : page.writeUInt32BE(value, at);
  const putShort = (page: Buffer, at: number, value: number) =>
    order === "little" ? page.writeUInt16LE(value, at) : page.writeUInt16BE(value, at);
  const pages: Buffer[] = [];
  const addPage = (type: number) => {
    const page = Buffer.alloc(pageSize);
    put(page, 8, pages.length);
    page[25] = type;
    pages.push(page);
    return page;
  };
  const meta = addPage(8);
  put(meta, 12, 0x61561);
  put(meta, 16, 9);
  put(meta, 20, pageSize);
  for (let at = 0; at < 32; at++) put(meta, 96 + at * 4, 1);

  let [bucket, end, entries] = [addPage(13), pageSize, 0];
  const addItem = (item: Uint8Array) => {
    if (26 + (entries + 2) * 2 + item.length + 16 > end && entries % 2 === 0) {
      put(bucket, 16, pages.length);
      [bucket, end, entries] = [addPage(13), pageSize, 0];
    }
    end -= item.length;
    bucket.set(item, end);
    putShort(bucket, 26 + entries * 2, end);
    putShort(bucket, 20, ++entries);
  };
  addItem(Buffer.from([1, 0, 0, 0, 0]));
  addItem(Buffer.from([1, blobs.length, 0, 0, 0]));
  for (const [index, blob] of blobs.entries()) {
    const key = Buffer.alloc(5, 1);
    put(key, 1, index + 1);
    addItem(key);
    const value = Buffer.alloc(12);
    value[0] = 3;
    put(value, 4, pages.length);
    put(value, 8, blob.length);
    addItem(value);
    for (let at = 0; at < blob.length; at += pageSize - 26) {
      const part = blob.subarray(at, at + pageSize - 26);
      const page = addPage(7);
      putShort(page, 22, part.length);
      page.set(part, 26);
      if (at + part.length < blob.length) put(page, 16, pages.length);
    }
  }
  put(meta, 32, pages.length - 1);
  return Buffer.concat(pages);
}
