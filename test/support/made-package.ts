import { createHash } from "node:crypto";
import { makeDeb } from "./deb.ts";
import type { TestPackage } from "./debian-archive.ts";

/** A package with its place below an archive's root, and its stanza in a Packages file. */
export interface MadePackage {
  readonly entry: TestPackage;
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly stanza: string;
}

/** Makes a .deb. */
export function makePackage(entry: TestPackage): MadePackage {
  const architecture = entry.architecture ?? "all";
  const source = entry.source?.split(" ")[0] ?? entry.name;
  const initial = source.startsWith("lib") ? source.slice(0, 4) : source.slice(0, 1);
  const version = entry.version.replace(/^\d+:/, "");
  const filename = `pool/${entry.component ?? "main"}/${initial}/${source}/${entry.name}_${version}_${architecture}.deb`;
  const control = fields([
    ["Package", entry.name],
    ["Source", entry.source],
    ["Version", entry.version],
    ["Architecture", architecture],
    ["Essential", entry.essential === true ? "yes" : undefined],
    ["Multi-Arch", entry.multiArch],
    ["Maintainer", "Test Maintainer <test@example.invalid>"],
    ["Installed-Size", "12"],
    ["Pre-Depends", entry.preDepends],
    ["Depends", entry.depends],
    ["Recommends", entry.recommends],
    ["Provides", entry.provides],
    ["Conflicts", entry.conflicts],
    ["Breaks", entry.breaks],
    ["Replaces", entry.replaces],
    ["Section", entry.section ?? "misc"],
    ["Priority", entry.priority ?? "optional"],
    [
      "Description",
      entry.description ?? `package ${entry.name} of a test\n Its long description\n .\n has two paragraphs.`,
    ],
  ]);
  const files = entry.files ?? { [`usr/share/doc/${entry.name}/copyright`]: "License: public-domain\n" };
  const bytes = makeDeb({
    control,
    files,
    ...(entry.scripts === undefined ? {} : { scripts: entry.scripts }),
    ...(entry.compression === undefined ? {} : { compression: entry.compression }),
  });
  const place = fields([
    ["Filename", filename],
    ["Size", String(bytes.length)],
    ["MD5sum", hash("md5", bytes)],
    ["SHA256", hash("sha256", bytes)],
  ]);
  return { entry, filename, bytes, stanza: control + place };
}

/** Fields of a control file, one on a line; those without a value are left out. */
export function fields(entries: readonly (readonly [name: string, value: string | undefined])[]): string {
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}:${value?.startsWith("\n") === true ? "" : " "}${value}\n`)
    .join("");
}

/** In hex. */
export function hash(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}
