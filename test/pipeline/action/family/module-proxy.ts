import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeZip } from "../../../archive/zip/make-zip.ts";

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
    const packed = Object.fromEntries(all.map(([name, text]) => [`${path}@${version}/${name}`, text]));
    writeFileSync(join(at, `${version}.zip`), makeZip(packed, { stored: true }));
  }
  return `file://${folder}`;
}
