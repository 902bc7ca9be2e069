import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createZipStream, mostLeadingBytes, type ZipStreamEnd } from "../../../src/archive/zip/stream.ts";
import { has, run } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { makeZip, type ZipOptions } from "./make-zip.ts";

const files = {
  "A-1.json": '{"id":"A-1"}',
  "folder/": "",
  "folder/B-2.json": '{"id":"B-2"}'.repeat(100),
  "PK.bin": `PK\u0003\u0004 PK\u0007\u0008${"PK\u0001\u0002".repeat(20)}`,
  empty: "",
};
const chunkSizes = [1, 7, 64, 1000, 2 ** 20];

interface Result {
  readonly contents: Record<string, string>;
  readonly failures: readonly string[];
  readonly end: ZipStreamEnd;
}

/** Reads an archive in chunks of `size` bytes, which are overwritten once they were lent. */
function read(bytes: Uint8Array, options: { size?: number; limit?: number; pass?: boolean } = {}): Result {
  const contents: Record<string, string> = {};
  const failures: string[] = [];
  const failed = (error: Error) => failures.push(error.message);
  const stream = createZipStream({
    entry({ name, method }) {
      if (options.pass === true && method === 0) {
        contents[name] = "";
        return {
          pass: {
            write: (chunk) => (contents[name] += Buffer.from(chunk).toString()),
            end: (complete) => complete || failures.push(`${name} is cut off`),
            failed,
          },
        };
      }
      return {
        hold: {
          limit: options.limit ?? 2 ** 20,
          done: (content) => {
            contents[name] = Buffer.from(content).toString();
          },
          failed,
        },
      };
    },
  });
  const size = options.size ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = Uint8Array.from(bytes.subarray(at, at + size));
    stream.write(chunk);
    chunk.fill(0x50);
  }
  return { contents, failures, end: stream.end() };
}

describe("reading a zip archive as a stream", () => {
  const forms: [string, ZipOptions][] = [
    ["deflated", {}],
    ["stored", { stored: true }],
    ["with sizes in zip64 fields", { largeLocal: true }],
    ["with sizes behind the content", { descriptor: "signed" }],
    ["with sizes behind the content, without a signature", { descriptor: "unsigned" }],
    ["with large sizes behind the content", { descriptor: "large signed" }],
    ["with large sizes behind the content, without a signature", { descriptor: "large unsigned" }],
    ["stored, with sizes behind the content", { stored: true, descriptor: "signed" }],
    ["stored, with sizes behind the content, without a signature", { stored: true, descriptor: "unsigned" }],
  ];
  it.each(forms)("gives the files of an archive %s, in chunks of any size", (_, options) => {
    const bytes = makeZip(files, options);
    for (const size of chunkSizes) {
      expect(read(bytes, { size })).toEqual({ contents: files, failures: [], end: "complete" });
    }
  });

  it.each(forms.filter(([, options]) => options.stored === true))("passes on what is in one %s", (_, options) => {
    const bytes = makeZip(files, options);
    for (const size of chunkSizes) {
      expect(read(bytes, { size, pass: true })).toEqual({ contents: files, failures: [], end: "complete" });
    }
  });

  it("skips what is not wanted", () => {
    const seen: unknown[] = [];
    const stream = createZipStream({
      entry(entry) {
        seen.push(entry);
        return null;
      },
    });
    stream.write(makeZip({ a: "aaaa", "b/": "" }, { stored: true }));
    expect(stream.end()).toBe("complete");
    expect(seen).toEqual([
      expect.objectContaining({ name: "a", encrypted: false, method: 0, compressedSize: 4, size: 4 }),
      expect.objectContaining({ name: "b/", compressedSize: 0, crc32: 0 }),
    ]);
  });

  it("reads an archive behind the script that starts it, and one behind another", () => {
    const script = "#!/bin/sh\n# PK\u0003\u0004PK\nexec java -jar $0\n";
    const [first, second] = [makeZip({ a: "1" }), makeZip({ b: "2" }, { descriptor: "signed" })];
    const bytes = Buffer.concat([Buffer.from(script), first, second]);
    for (const size of chunkSizes) expect(read(bytes, { size }).contents).toEqual({ a: "1", b: "2" });
  });

  it("finds no archive in other bytes, nor behind very many of them", () => {
    expect(read(Buffer.from("Rar!PKPK")).end).toBe("no archive");
    expect(read(Buffer.alloc(0)).end).toBe("no archive");
    const far = Buffer.concat([Buffer.alloc(mostLeadingBytes + 1), makeZip(files)]);
    expect(read(far, { size: 4096 }).end).toBe("no archive");
    expect(read(far.subarray(2), { size: 4096 }).end).toBe("complete");
  });

  it("knows an empty archive", () => {
    expect(read(makeZip({}))).toEqual({ contents: {}, failures: [], end: "complete" });
  });

  it.each([
    ["a wrong checksum", { wrongChecksum: true }, "wrong checksum"],
    ["a wrong checksum behind the content", { wrongChecksum: true, descriptor: "signed" }, "wrong checksum"],
    ["encryption", { encrypted: true }, "encrypted"],
    ["an unknown method", { method: 12 }, "compression method 12"],
    ["content that is not deflated", { stored: true, method: 8 }, "end of file"],
    ["another size than announced", { announcedSize: 50 }, "12 bytes, not 50"],
    ["more content than wanted", { limit: 11 }, "larger than 11 bytes"],
    ["more content than wanted, of unknown size", { limit: 11, descriptor: "signed" }, "larger than 11 bytes"],
  ] as [string, ZipOptions & { limit?: number }, string][])("tells of %s and reads on", (_, options, message) => {
    const bytes = Buffer.concat([makeZip({ a: '{"id":"A-1"}' }, options), makeZip({ b: "b" })]);
    for (const size of chunkSizes) {
      const { contents, failures } = read(bytes, { size, ...(options.limit === undefined ? {} : options) });
      expect(contents).toEqual({ b: "b" });
      expect(failures).toEqual([expect.stringContaining(message)]);
    }
  });

  it("holds no more of an entry than may be wanted, however small it was announced", () => {
    const bomb = makeZip({ zeros: "0".repeat(2 ** 24) }, { descriptor: "signed" });
    expect(read(bomb, { limit: 2 ** 16 }).failures).toEqual(["zeros is larger than 65536 bytes"]);
    const long = makeZip({ long: "0".repeat(2 ** 20) }, { stored: true, descriptor: "signed" });
    expect(read(long, { limit: 2 ** 16, size: 4096 }).failures).toEqual(["long is larger than 65536 bytes"]);
  });

  it("does not pass on what is packed", () => {
    const failures: string[] = [];
    const failed = (error: Error) => failures.push(error.message);
    const stream = createZipStream({ entry: () => ({ pass: { write() {}, end() {}, failed } }) });
    stream.write(makeZip({ a: "aaaaaaaaaaaaaaaa" }));
    stream.end();
    expect(failures).toEqual(["a: packed"]);
  });

  it("tells where an archive is cut off", () => {
    const whole = makeZip({ a: "first", b: "second, and longer than the first" }, { stored: true });
    expect(read(whole.subarray(0, 80))).toEqual({
      contents: { a: "first" },
      failures: ["b: the archive is cut off"],
      end: "cut off",
    });
    expect(read(whole.subarray(0, 80), { pass: true }).failures).toEqual(["b is cut off"]);
    expect(read(whole.subarray(0, 35)).end).toBe("cut off");
  });

  it.skipIf(!has("zip"))("reads what the program zip writes, to a file and to a pipe (needs zip)", async () => {
    const folder = await temporaryFolder();
    const text = "text ".repeat(1000);
    await writeFile(join(folder, "a"), text);
    run("sh", ["-c", `cd ${folder} && zip -q file.zip a && zip -q - a | cat > pipe.zip`]);
    for (const name of ["file.zip", "pipe.zip"]) {
      const found = read(await readFile(join(folder, name)), { size: 100 });
      expect(found).toEqual({ contents: { a: text }, failures: [], end: "complete" });
    }
  });
});
