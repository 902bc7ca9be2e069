import { compressSync } from "@napi-rs/lzma/xz";

/** A file of a package made in a test. The default is a regular file of mode 0644 owned by root. */
export interface TestFile {
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  readonly symlink?: string;
  /** Path, inside the package, of the file this is another name of. */
  readonly hardlink?: string;
  readonly directory?: boolean;
  readonly uid?: number;
  readonly gid?: number;
}

/** Paths without leading slash. Folders above a file are added by themselves. */
export type TestFiles = Readonly<Record<string, string | Uint8Array | TestFile>>;

/** Time stamp, in seconds since 1970, of every file in a package made in a test. */
export const testTime = 1_700_000_000;

/**
 * The bytes of a .deb with `files`, made without dpkg. The same input gives the same bytes everywhere: time stamps are
 * fixed and the members are compressed by the pinned xz library, or not at all.
 */
export function makeDeb(content: {
  readonly control: string;
  readonly files: TestFiles;
  /** Maintainer scripts and other members of the control archive, by name. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly compression?: "xz" | "none";
}): Uint8Array {
  const control = Object.fromEntries(
    Object.entries({ control: content.control, ...content.scripts }).map(([name, text]) => [
      name,
      { content: text, mode: name === "control" || name === "conffiles" || name === "md5sums" ? 0o644 : 0o755 },
    ]),
  );
  const compressed = content.compression !== "none";
  const pack = (files: TestFiles) => (compressed ? compressSync(makeTar(files)) : makeTar(files));
  const suffix = compressed ? ".xz" : "";
  return makeAr([
    ["debian-binary", Buffer.from("2.0\n")],
    [`control.tar${suffix}`, pack(control)],
    [`data.tar${suffix}`, pack(content.files)],
  ]);
}

/** A ustar archive as dpkg-deb writes it: `./` first, names under `./`, folders before what is in them. */
export function makeTar(files: TestFiles): Uint8Array {
  const entries = new Map<string, TestFile>([["", { directory: true }]]);
  for (const [path, file] of Object.entries(files)) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join("/");
      if (!entries.has(folder)) entries.set(folder, { directory: true });
    }
    entries.set(path, typeof file === "string" || file instanceof Uint8Array ? { content: file } : file);
  }
  const blocks: Uint8Array[] = [];
  for (const [path, file] of entries) {
    const content = Buffer.from(file.content ?? "");
    const folder = file.directory === true;
    const type = folder ? "5" : file.symlink !== undefined ? "2" : file.hardlink !== undefined ? "1" : "0";
    const link = file.symlink ?? (file.hardlink === undefined ? "" : `./${file.hardlink}`);
    const size = type === "0" ? content.length : 0;
    const mode = file.mode ?? (folder ? 0o755 : type === "2" ? 0o777 : 0o644);
    blocks.push(tarHeader({ name: `./${path}${folder && path !== "" ? "/" : ""}`, mode, size, type, link, file }));
    if (size > 0) blocks.push(content, Buffer.alloc((512 - (size % 512)) % 512));
  }
  blocks.push(Buffer.alloc(1024));
  const length = blocks.reduce((sum, block) => sum + block.length, 0);
  blocks.push(Buffer.alloc((10_240 - (length % 10_240)) % 10_240));
  return Buffer.concat(blocks);
}

function tarHeader(entry: {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly type: string;
  readonly link: string;
  readonly file: TestFile;
}): Uint8Array {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, width: number) =>
    header.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "latin1");
  if (Buffer.byteLength(entry.name) > 100 || entry.link.length > 100) throw new Error(`too long: ${entry.name}`);
  header.write(entry.name, 0, "utf8");
  octal(entry.mode, 100, 8);
  octal(entry.file.uid ?? 0, 108, 8);
  octal(entry.file.gid ?? 0, 116, 8);
  octal(entry.size, 124, 12);
  octal(testTime, 136, 12);
  header.write("        ", 148, "latin1");
  header.write(entry.type, 156, "latin1");
  header.write(entry.link, 157, "utf8");
  header.write("ustar  \0", 257, "latin1");
  header.write("root", 265, "latin1");
  header.write("root", 297, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

function makeAr(members: readonly (readonly [name: string, content: Uint8Array])[]): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from("!<arch>\n")];
  for (const [name, content] of members) {
    const header = `${name.padEnd(16)}${String(testTime).padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}`;
    parts.push(Buffer.from(`${header}${String(content.length).padEnd(10)}\`\n`), content);
    if (content.length % 2 === 1) parts.push(Buffer.from("\n"));
  }
  return Buffer.concat(parts);
}
