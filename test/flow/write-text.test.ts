import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { writeText } from "../../src/flow/write-text.ts";
import { refusal } from "../support/refusal.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { failureOfNobody } from "../support/unprivileged.ts";

describe("writeText", () => {
  it("makes folders and replaces what a file held, leaving nothing else behind", async () => {
    const folder = await temporaryFolder();
    const file = join(folder, "a", "b", "report.md");
    await writeText(file, "first");
    await writeText(file, "second");
    expect(await readFile(file, "utf8")).toBe("second");
    expect(await readdir(join(folder, "a", "b"))).toEqual(["report.md"]);
  });

  it("writes what a symbolic link leads to, and keeps the link", async () => {
    const folder = await temporaryFolder();
    const at = (...parts: string[]) => join(folder, ...parts);
    await mkdir(at("real"));
    await mkdir(at("links"));
    await writeFile(at("real", "there"), "old");
    await symlink("../real", at("links", "folder"));
    await symlink("../real/there", at("links", "there"));
    await symlink("folder/../new/absent", at("links", "absent"));
    await symlink("absent", at("links", "twice"));
    for (const [name, target] of [
      ["there", at("real", "there")],
      ["absent", at("new", "absent")],
      ["twice", at("new", "absent")],
    ] as const) {
      await writeText(at("links", name), name);
      expect(await readFile(target, "utf8")).toBe(name);
    }
    const listed = await Promise.all(
      ["links", "new", "real"].map(async (name) => (await readdir(at(name))).toSorted()),
    );
    expect(listed).toEqual([["absent", "folder", "there", "twice"], ["absent"], ["there"]]);
    expect((await lstat(at("links", "there"))).isSymbolicLink()).toBe(true);
  });

  it("does not follow links that lead in a circle", async () => {
    const folder = await temporaryFolder();
    await symlink("b", join(folder, "a"));
    await symlink("a", join(folder, "b"));
    await expect(writeText(join(folder, "a"), "x")).rejects.toEqual(refusal("CONTENT_UNWRITABLE", "ELOOP"));
    expect((await lstat(join(folder, "a"))).isSymbolicLink()).toBe(true);
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
    await expect(writeText(join(folder, "there"), "x")).rejects.toEqual(refusal("CONTENT_UNWRITABLE", "EISDIR"));
    expect(await readdir(join(folder, "there"))).toEqual(["kept"]);
  });

  it("says where it cannot write, with a code and what to do", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "kept");
    const paths = [join(folder, "file", "x"), join(folder, "file", "deep", "x"), "/proc/x/y", "/proc/x", "/dev/full"];
    for (const path of paths) {
      await expect(writeText(path, "x"), path).rejects.toEqual(
        refusal("CONTENT_UNWRITABLE", `cannot write ${path}: E`),
      );
    }
    expect(await readdir(folder)).toEqual(["file"]);
    expect(await readFile(join(folder, "file"), "utf8")).toBe("kept");
  });

  it("says so where somebody else's folder may not be written", async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o555);
    const script =
      'import { writeText } from "SOURCE/flow/write-text.ts"; const task = (path) => writeText(path, "x");';
    for (const path of [join(folder, "x"), join(folder, "deep", "x")]) {
      expect(await failureOfNobody(script, path)).toMatchObject({
        code: "CONTENT_UNWRITABLE",
        hint: expect.stringContaining("belongs to you"),
      });
    }
  });
});
