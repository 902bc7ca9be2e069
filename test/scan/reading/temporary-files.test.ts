import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTemporaryFiles } from "../../../src/scan/reading/temporary-files.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { filesOpenIn } from "./files-open.ts";

describe("createTemporaryFiles", () => {
  it("keeps what is written in pieces, under no name, until it is closed", async () => {
    const folder = await temporaryFolder();
    const file = createTemporaryFiles(folder).open();
    expect(filesOpenIn(folder)).toBe(0);
    for (const piece of ["a", "", "bcd", "ef"]) file.write(Buffer.from(piece));
    expect(readdirSync(folder)).toEqual([]);
    expect(filesOpenIn(folder)).toBe(1);
    expect(Buffer.from(file.content().slice(0, 6)).toString()).toBe("abcdef");
    file.close();
    file.close();
    expect(filesOpenIn(folder)).toBe(0);
  });

  it("closes those that nobody closed", async () => {
    const folder = await temporaryFolder();
    const files = createTemporaryFiles(folder);
    for (let number = 0; number < 3; number++) files.open().write(Buffer.from("a"));
    expect(filesOpenIn(folder)).toBe(3);
    files.close();
    expect(filesOpenIn(folder)).toBe(0);
    expect(files.hasFailed()).toBe(false);
  });

  it("says why and where one cannot be written", async () => {
    const folder = join(await temporaryFolder(), "absent");
    const files = createTemporaryFiles(folder);
    expect(() => files.open().write(Buffer.from("a"))).toThrow(
      expect.objectContaining({
        code: "SCAN_FILE_INVALID",
        message: expect.stringContaining(`without a temporary file in ${folder}: ENOENT`),
        hint: expect.stringContaining("TMPDIR"),
      }),
    );
    expect(files.hasFailed()).toBe(true);
  });

  it("refuses to read one that was closed", async () => {
    const file = createTemporaryFiles(await temporaryFolder()).open();
    file.write(Buffer.alloc(100));
    const content = file.content();
    file.close();
    expect(() => content.uint8(0)).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID" }));
  });
});
