import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openZip, zipEntries } from "../../../src/archive/zip/zip.ts";
import { has, run } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { makeZip, type ZipOptions } from "./make-zip.ts";

const files = { "A-1.json": '{"id":"A-1"}', "folder/B-2.json": '{"id":"B-2"}'.repeat(100) };

async function read(bytes: Uint8Array, limits: Parameters<typeof zipEntries>[1]["limits"] = {}) {
  const path = join(await temporaryFolder(), "all.zip");
  await writeFile(path, bytes);
  const found: Record<string, string> = {};
  for await (const { name, content } of zipEntries(path, { name: "all.zip", limits })) {
    found[name] = Buffer.from(content).toString();
  }
  return found;
}

describe("reading a zip archive", () => {
  it.each([
    ["deflated", {}],
    ["stored", { stored: true }],
    ["in zip64 form", { large: true }],
    ["with a comment that looks like an end record", { comment: "PK\x05\x06 and so on and on and on" }],
  ] as [string, ZipOptions][])("gives the files of an archive %s", async (_, options) => {
    expect(await read(makeZip(files, options))).toEqual(files);
  });

  it("gives nothing of an empty archive", async () => {
    expect(await read(makeZip({}))).toEqual({});
  });

  it.skipIf(!has("zip"))("reads what the program zip writes (needs zip)", async () => {
    const folder = await temporaryFolder();
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name.replace("/", "-")), text);
    run("zip", ["-qr", join(folder, "all.zip"), folder]);
    const entries = [];
    for await (const entry of zipEntries(join(folder, "all.zip"), { name: "all.zip", suffix: ".json" })) {
      entries.push(Buffer.from(entry.content).toString());
    }
    expect(entries.sort()).toEqual(Object.values(files).sort());
  });

  it.each([
    ["a wrong checksum", { wrongChecksum: true }, "all.zip/A-1.json: wrong checksum"],
    ["an encrypted file", { encrypted: true }, "encrypted"],
    ["an unknown method", { method: 12 }, "compression method 12"],
    ["more content than announced", { announcedSize: 5 }, "all.zip/A-1.json"],
    ["less content than announced", { announcedSize: 50 }, "12 bytes, not 50"],
  ] as [string, ZipOptions, string][])("refuses %s", async (_, options, message) => {
    const reading = read(makeZip(files, options));
    await expect(reading).rejects.toThrow(expect.objectContaining({ code: "ZIP_INVALID" }));
    await expect(reading).rejects.toThrow(message);
  });

  it("tells type, permissions and time where the archive has them", async () => {
    const modes = { "A-1.json": 0o100755, "folder/B-2.json": 0o120777 };
    const dosTime = (((2024 - 1980) << 25) | (2 << 21) | (29 << 16) | (13 << 11) | (37 << 5) | 21) >>> 0;
    const path = join(await temporaryFolder(), "all.zip");
    const headers = async (options: ZipOptions) => {
      await writeFile(path, makeZip(files, options));
      await using archive = await openZip(path, { name: "all.zip" });
      return archive.headers.map(({ name, mode, mtime }) => ({
        name,
        mode,
        time: new Date(mtime * 1000).toISOString(),
      }));
    };
    expect(await headers({ modes, dosTime })).toEqual([
      { name: "A-1.json", mode: 0o100755, time: "2024-02-29T13:37:42.000Z" },
      { name: "folder/B-2.json", mode: 0o120777, time: "2024-02-29T13:37:42.000Z" },
    ]);
    const [first] = await headers({ dosTime, timestamp: 1_700_000_001, large: true });
    expect(first).toEqual({ name: "A-1.json", mode: null, time: "2023-11-14T22:13:21.000Z" });
    expect((await headers({}))[0]?.time).toBe("1980-01-01T00:00:00.000Z");
  });

  it("refuses an archive that is cut off", async () => {
    const whole = makeZip(files);
    for (const size of [0, 10, whole.length - 30, whole.length - 1]) {
      await expect(read(whole.subarray(0, size))).rejects.toThrow(/cut off|no end record/);
    }
  });

  it("refuses files and archives beyond the limits without unpacking them", async () => {
    const tooLarge = expect.objectContaining({ code: "ARCHIVE_TOO_LARGE" });
    await expect(read(makeZip(files), { entrySize: 100 })).rejects.toThrow(tooLarge);
    await expect(read(makeZip(files), { totalSize: 1000 })).rejects.toThrow(tooLarge);
    await expect(read(makeZip(files), { directorySize: 50 })).rejects.toThrow(tooLarge);
    await expect(read(makeZip(files), { entries: 1 })).rejects.toThrow("more than 1 entries");
  });
});
