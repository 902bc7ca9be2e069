import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/** A Go module as a proxy has it. */
export interface Module {
  readonly path: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Writes a folder that Go takes as GOPROXY with `file://`; returns that URL. */
export function writeModuleProxy(folder: string, modules: readonly Module[]): string {
  for (const { path, version, files } of modules) {
    const at = join(folder, path, "@v");
    mkdirSync(at, { recursive: true });
    const manifest = `module ${path}\n\ngo 1.24\n`;
    const all = Object.entries({ "go.mod": manifest, ...files });
    writeFileSync(join(at, `${version}.info`), JSON.stringify({ Version: version, Time: "2026-01-01T00:00:00Z" }));
    writeFileSync(join(at, `${version}.mod`), manifest);
    appendFileSync(join(at, "list"), `${version}\n`);
    writeFileSync(join(at, `${version}.zip`), zip(all.map(([name, text]) => [`${path}@${version}/${name}`, text])));
  }
  return `file://${folder}`;
}

/** A ZIP archive of stored files (APPNOTE 4.3). */
function zip(files: readonly (readonly [string, string])[]): Uint8Array {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of files) {
    const data = Buffer.from(text);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(10, 0);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(data.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x0a\x00", "latin1"), fields, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
