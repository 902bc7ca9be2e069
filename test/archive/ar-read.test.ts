import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAr } from "../../src/archive/ar-read.ts";
import { has } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const member = (name: string, content: string, size = String(content.length)) =>
  `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${size.padEnd(10)}\`\n${content}${content.length % 2 === 1 ? "\n" : ""}`;
const read = (text: string, members?: number) =>
  readAr(Buffer.from(text, "latin1"), members === undefined ? {} : { members }).map(({ name, content }) => [
    name,
    Buffer.from(content).toString("latin1"),
  ]);

describe("readAr", () => {
  it("reads members of even and odd size, with and without the slash some writers add to names", () => {
    expect(read(`!<arch>\n${member("debian-binary", "2.0\n")}${member("odd/", "abc")}${member("empty", "")}`)).toEqual([
      ["debian-binary", "2.0\n"],
      ["odd", "abc"],
      ["empty", ""],
    ]);
    expect(read("!<arch>\n")).toEqual([]);
  });

  it("accepts a last member without its padding", () => {
    expect(read(`!<arch>\n${member("odd", "abc")}`.slice(0, -1))).toEqual([["odd", "abc"]]);
  });

  it("gives views, not copies", () => {
    const bytes = Buffer.from(`!<arch>\n${member("a", "1234")}`);
    expect(readAr(bytes)[0]?.content.buffer).toBe(bytes.buffer);
  });

  it.skipIf(!has("ar"))("reads what binutils' ar writes (needs ar)", async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, "one"), "1");
    writeFileSync(join(folder, "two"), "22");
    execFileSync("ar", ["rcD", "archive", "one", "two"], { cwd: folder });
    const members = readAr(readFileSync(join(folder, "archive")));
    expect(members.map(({ name, content }) => [name, Buffer.from(content).toString()])).toEqual([
      ["one", "1"],
      ["two", "22"],
    ]);
  });

  it.each([
    ["an empty file", ""],
    ["other data", "not an archive at all"],
    ["a cut header", `!<arch>\n${member("a", "1234")}`.slice(0, 40)],
    ["a cut member", `!<arch>\n${member("a", "1234")}`.slice(0, -1)],
    ["a size that is no number", `!<arch>\n${member("a", "1234", "4x")}`],
    ["a negative size", `!<arch>\n${member("a", "1234", "-4")}`],
    ["a size beyond the end", `!<arch>\n${member("a", "1234", "9999999999")}`],
    ["a damaged header end", `!<arch>\n${member("a", "1234").replace("`\n", "'\n")}`],
  ])("refuses %s", (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "AR_INVALID" }));
  });

  it("refuses more members than expected", () => {
    expect(() => read(`!<arch>\n${member("a", "").repeat(3)}`, 2)).toThrow(/more than 2 members/);
  });
});
