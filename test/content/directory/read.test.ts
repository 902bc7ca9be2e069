import { execFileSync } from "node:child_process";
import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type DirectoryFile, type DirectoryOptions, readDirectory } from "../../../src/content/directory/read.ts";
import { isVirtual } from "../../../src/content/directory/virtual.ts";
import { temporaryFolder } from "../../support/temporary.ts";

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

async function read(path: string, options: Partial<DirectoryOptions> = {}) {
  const files: DirectoryFile[] = [];
  const warnings: string[] = [];
  for await (const file of readDirectory(path, {
    warn: (at, reason) => warnings.push(`${at}: ${reason}`),
    ...options,
  })) {
    files.push(file);
  }
  return { files, warnings, paths: files.map((file) => file.path) };
}

async function textOf(file: DirectoryFile | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file?.content() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("a folder on disk", () => {
  it("is read in the order of names, a folder before what is in it", async () => {
    const folder = await folderWith({ "b/z": "z", "b/a": "a", "b.txt": "", a: "first", é: "", "b-c/d": "" });
    await chmod(join(folder, "a"), 0o4750);
    const { files, paths, warnings } = await read(folder);
    expect(paths).toEqual(["a", "b", "b/a", "b/z", "b-c", "b-c/d", "b.txt", "é"]);
    expect(warnings).toEqual([]);
    expect(files[0]).toMatchObject({ type: "file", mode: 0o4750, size: 5, linkPath: "", uid: process.getuid?.() });
    expect(files[1]).toMatchObject({ type: "directory", size: 0 });
    expect(await textOf(files[0])).toBe("first");
    expect(await textOf(files[1])).toBe("");
  });

  it("shows links and does not follow them, and may be named by one itself", async () => {
    const outside = await folderWith({ secret: "not to be read" });
    const folder = await folderWith({ "in/file": "" });
    await symlink(outside, join(folder, "out"));
    await symlink("..", join(folder, "in", "up"));
    await symlink("nowhere", join(folder, "broken"));
    const named = join(outside, "link");
    await symlink(folder, named);
    const { files } = await read(named);
    expect(files.map(({ path, type, linkPath }) => [path, type, linkPath])).toEqual([
      ["broken", "symlink", "nowhere"],
      ["in", "directory", ""],
      ["in/file", "file", ""],
      ["in/up", "symlink", ".."],
      ["out", "symlink", outside],
    ]);
  });

  it("has no sockets, pipes and history of git", async () => {
    const folder = await folderWith({
      ".git/HEAD": "",
      "sub/.git/HEAD": "",
      "module/.git": "gitdir: elsewhere",
      file: "",
    });
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const server = createServer();
    await new Promise<void>((listening) => server.listen(join(folder, "socket"), listening));
    onTestFinished(() => void server.close());
    expect((await read(folder)).paths).toEqual(["file", "module", "module/.git", "sub"]);
  });

  it("is read but for names that are not UTF-8, which are told of", async () => {
    const folder = await folderWith({ good: "" });
    await writeFile(Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff])]), "");
    const { paths, warnings } = await read(folder);
    expect(paths).toEqual(["good"]);
    expect(warnings).toEqual(["bad-\ufffd: its name is not UTF-8"]);
  });

  it("of one file is that file under its own name", async () => {
    const folder = await folderWith({ "package-lock.json": "{}" });
    const { files, paths } = await read(join(folder, "package-lock.json"));
    expect(paths).toEqual(["package-lock.json"]);
    expect(await textOf(files[0])).toBe("{}");
  });

  it("is not there, or is something else", async () => {
    const folder = await folderWith({ file: "" });
    for (const path of ["absent", "file/below"]) {
      await expect(read(join(folder, path))).rejects.toMatchObject({ code: "CONTENT_NOT_FOUND" });
    }
    await expect(read("/dev/null")).rejects.toMatchObject({ code: "CONTENT_INVALID" });
    await symlink("circle", join(folder, "circle"));
    await expect(read(join(folder, "circle"))).rejects.toMatchObject({ code: "CONTENT_UNREADABLE" });
  });

  it("with too many files or too much to read is refused", async () => {
    const folder = await folderWith({ a: "12345", "b/c": "67890" });
    expect((await read(folder, { limits: { entries: 3 } })).paths).toHaveLength(3);
    await expect(read(folder, { limits: { entries: 2 } })).rejects.toMatchObject({ code: "CONTENT_TOO_LARGE" });
    const { files } = await read(folder, { limits: { bytes: 9 } });
    expect(await textOf(files[0])).toBe("12345");
    await expect(textOf(files[2])).rejects.toMatchObject({ code: "CONTENT_TOO_LARGE" });
  });

  it("says of a file that has changed since it was seen that it cannot be read", async () => {
    const folder = await folderWith({ gone: "1", linked: "2", replaced: "3", shorter: "4", grown: "5" });
    const { files } = await read(folder);
    const [gone, grown, linked, replaced, shorter] = files;
    await rm(join(folder, "gone"));
    await rm(join(folder, "linked"));
    await symlink("/etc/passwd", join(folder, "linked"));
    await writeFile(join(folder, "new"), "3");
    execFileSync("mv", [join(folder, "new"), join(folder, "replaced")]);
    await writeFile(join(folder, "shorter"), "");
    await writeFile(join(folder, "grown"), "56");
    for (const [file, reason] of [
      [gone, "ENOENT"],
      [linked, "no regular file by now"],
      [replaced, "another file by now"],
      [shorter, "has become shorter"],
    ] as const) {
      await expect(textOf(file)).rejects.toMatchObject({
        code: "CONTENT_UNREADABLE",
        message: expect.stringContaining(reason),
      });
    }
    expect(await textOf(grown)).toBe("5");
  });

  it("is no longer read when nobody wants it", async () => {
    const folder = await folderWith({ file: "" });
    await expect(read(folder, { signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow("stopped");
  });
});

describe.skipIf(process.platform !== "linux")("file systems that keep no files (needs Linux)", () => {
  it("are told from others", async () => {
    expect(await isVirtual("/proc")).toBe(true);
    expect(await isVirtual(await temporaryFolder())).toBe(false);
    expect(await isVirtual("/absent")).toBe(false);
  });
});

describe("what may not be read", () => {
  it("is passed over with a warning", async () => {
    const folder = await folderWith({ "closed/file": "", open: "" });
    await chmod(folder, 0o755);
    await chmod(join(folder, "closed"), 0);
    const module = `
      import { readDirectory } from "${join(import.meta.dirname, "..", "..", "..", "src")}/content/directory/read.ts";
      if (process.getuid() === 0) process.seteuid(65534);
      const said = [];
      const warn = (path, reason) => said.push(path + ": " + reason);
      for await (const { path } of readDirectory(process.argv[1], { warn })) said.push(path);
      console.log(said.join("\\n"));`;
    const args = ["--input-type=module", "--eval", module, folder];
    const said = execFileSync(process.execPath, args, { encoding: "utf8" });
    await chmod(join(folder, "closed"), 0o700);
    expect(said.trim().split("\n")).toEqual(["closed", "closed: it cannot be read: EACCES", "open"]);
  });
});
