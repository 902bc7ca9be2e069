import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { writeText } from "../../src/flow/write-text.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("writeText", () => {
  it("makes folders and replaces what a file held, leaving nothing else behind", async () => {
    const folder = await temporaryFolder();
    const file = join(folder, "a", "b", "report.md");
    await writeText(file, "first");
    await writeText(file, "second");
    expect(await readFile(file, "utf8")).toBe("second");
    expect(await readdir(join(folder, "a", "b"))).toEqual(["report.md"]);
  });

  it("writes into a pipe and leaves it one", async () => {
    const pipe = join(await temporaryFolder(), "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "inherit"] });
    const [got] = await Promise.all([text(reader.stdout), writeText(pipe, "through"), once(reader, "exit")]);
    expect(got).toBe("through");
    expect((await stat(pipe)).isFIFO()).toBe(true);
  });

  it("does not replace a folder", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "there"));
    await writeFile(join(folder, "there", "kept"), "");
    await expect(writeText(join(folder, "there"), "x")).rejects.toThrow("EISDIR");
    expect(await readdir(join(folder, "there"))).toEqual(["kept"]);
  });
});
