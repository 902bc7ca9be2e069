import { describe, expect, it } from "vitest";
import { pathsIn, readChecksumList, readFileList } from "../../../src/scan/dpkg/file-list.ts";

function read(reader: ReturnType<typeof readFileList>, text: string, size = 3) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  const list = reader.end();
  return list === null ? null : pathsIn(list);
}

describe("file lists", () => {
  it("are read line by line, in pieces of any size", () => {
    expect(read(readFileList(), "/.\n/usr\n\n/usr/bin/é x\n/last")).toEqual(["/.", "/usr", "/usr/bin/é x", "/last"]);
    expect(read(readFileList(), "")).toEqual([]);
  });

  it("are read of checksums, whose paths may have spaces", () => {
    const sum = "d41d8cd98f00b204e9800998ecf8427e";
    expect(read(readChecksumList(), `${sum}  usr/bin/a b\n${sum}  usr/bin/c\n`)).toEqual(["usr/bin/a b", "usr/bin/c"]);
  });

  it("leave out lines longer than any path, without gathering them", () => {
    const text = `/a\n/${"x".repeat(100_000)}\n/b\n`;
    expect(read(readFileList(), text, 1000)).toEqual(["/a", "/b"]);
  });

  it.each([
    ["8 MiB", `/${"long".repeat(1000)}\n`],
    ["100,000 paths", "/a\n"],
  ])("are refused above %s", (_, line) => {
    const reader = readFileList();
    const piece = Buffer.from(line.repeat(2 ** 20 / line.length));
    expect(() => {
      for (let round = 0; round < 9; round++) reader.write(piece);
    }).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID" }));
  });
});
