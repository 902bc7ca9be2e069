import { describe, expect, it } from "vitest";
import { parseInstalledFiles, parseRecord } from "../../../src/scan/python/record.ts";

describe("lists of installed files", () => {
  it("are read from RECORD by folder, quoted paths too", () => {
    const text = [
      "x/__init__.py,sha256=abc,12",
      "../../../bin/x,,",
      '"x/a, b.py",sha256=d,1',
      '"x/say ""hi"".py",,\r',
      "",
      "top.py,,",
      '"not closed',
    ].join("\n");
    expect(parseRecord(text)).toEqual([
      ["x/", ["__init__.py", "a, b.py", 'say "hi".py']],
      ["../../../bin/", ["x"]],
      ["", ["top.py"]],
    ]);
  });

  it("are read from installed-files.txt", () => {
    expect(parseInstalledFiles("../x/a.py\r\nPKG-INFO\n\n")).toEqual([
      ["../x/", ["a.py"]],
      ["", ["PKG-INFO"]],
    ]);
  });

  it("leave out paths longer than a path can be, and are refused where they are longer than any package's", () => {
    expect(parseRecord(`${"a".repeat(4097)},,\n"${'""'.repeat(9000)}",,\nx,,`)).toEqual([["", ["x"]]]);
    expect(() => parseRecord("a\n".repeat(500_001))).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID" }));
  });
});
