import { openSync, readSync } from "node:fs";
import { tarEnd, tarHeader } from "../../../src/archive/tar-write.ts";
import { makeZip } from "../../archive/zip/make-zip.ts";
import { statusStanza, trixie } from "../../scan/tree.ts";
import { compressible, incompressible, largeFile, smallFile } from "./contents.ts";
import type { StreamedLayer } from "./streamed-layer.ts";

/**
 * The layers of an image of about 5 GB: a distribution with 450 packages and 12 000 files; programs of 120 MB each; an
 * application of 1500 Node.js modules and 200 Java archives; data that does not compress; logs.
 */
export function hugeImage(): readonly StreamedLayer[] {
  return [distribution(), programs(12), application(), data(2, 900), logs(20, 50)].map((parts) => ({
    parts: ended(parts),
  }));
}

/** How to lay out very many files. */
export interface ManyFiles {
  /** Files of all layers together. */
  readonly files: number;
  readonly layers: number;
  /** Characters of each path, at least 40; 60 unless given. */
  readonly pathLength?: number;
  /** What each file holds; nothing unless given. */
  readonly content?: string;
}

/** The layers of an image with very many files, in folders of 1000. */
export function manyFiles(options: ManyFiles): readonly StreamedLayer[] {
  const each = Math.ceil(options.files / options.layers);
  return Array.from({ length: options.layers }, (_, layer) => ({
    parts: ended(filesFrom(layer * each, Math.min(options.files, (layer + 1) * each), options)),
  }));
}

function* filesFrom(first: number, end: number, options: ManyFiles): Generator<Uint8Array> {
  const { pathLength = 60, content = "" } = options;
  let folder = "";
  for (let number = first; number < end; number++) {
    if (number % 1000 === 0 || number === first) {
      folder = folderOf(Math.floor(number / 1000), pathLength);
      yield tarHeader({ path: folder, type: "directory", mode: 0o755, mtime: 0 });
    }
    yield* smallFile(`${folder}/file-${String(number).padStart(7, "0")}.js`, content);
  }
}

/** A path that with `/file-0000000.js` behind it has `length` characters, in parts of at most 20. */
function folderOf(number: number, length: number): string {
  const start = `srv/app/${number}`;
  const missing = Math.max(0, length - start.length - 16);
  const deep = Array.from({ length: missing }, (_, at) => (at % 20 === 0 ? "/" : "abcdefghij"[(at + number) % 10]));
  return `${start}${deep.join("").replace(/\/$/, "x")}`;
}

function* ended(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield* parts;
  yield tarEnd;
}

function* distribution(): Generator<Uint8Array> {
  yield* smallFile("usr/lib/os-release", trixie);
  const names = Array.from({ length: 450 }, (_, at) => `package-${at}`);
  yield* smallFile(
    "var/lib/dpkg/status",
    names.map((name, at) => statusStanza({ Package: name, Version: `1.${at}-1` })).join("\n"),
  );
  for (const name of names) {
    const files = Array.from({ length: 25 }, (_, at) => `usr/share/${name}/file-${at}.txt`);
    yield* smallFile(`var/lib/dpkg/info/${name}.list`, `/.\n${files.map((file) => `/${file}\n`).join("")}`);
    yield* smallFile(`usr/share/doc/${name}/copyright`, "Format: https://example.org\n\nLicense: GPL-2+\n");
    for (const [at, file] of files.entries()) yield* smallFile(file, compressible.subarray(0, 200 + at * 400));
  }
}

/** Copies of the program that is running, Node's. */
function* programs(count: number): Generator<Uint8Array> {
  const file = openSync(process.execPath, "r");
  const chunks: Uint8Array[] = [];
  for (let chunk = Buffer.alloc(2 ** 23); ; chunk = Buffer.alloc(2 ** 23)) {
    const length = readSync(file, chunk);
    chunks.push(length === chunk.length ? chunk : chunk.subarray(0, length));
    if (length < chunk.length) break;
  }
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  for (let number = 0; number < count; number++) {
    yield tarHeader({ path: `usr/lib/programs/program-${number}`, type: "file", mode: 0o755, mtime: 0, size });
    yield* chunks;
    yield new Uint8Array((512 - (size % 512)) % 512);
  }
}

function* application(): Generator<Uint8Array> {
  for (let number = 0; number < 1500; number++) {
    const folder = `srv/app/node_modules/module-${number}`;
    const manifest = { name: `module-${number}`, version: `1.0.${number}`, license: "MIT" };
    yield* smallFile(`${folder}/package.json`, JSON.stringify(manifest, null, 2));
    for (let file = 0; file < 10; file++) {
      yield* smallFile(`${folder}/lib/part-${file}.js`, compressible.subarray(0, 2000 + file * 6000));
    }
  }
  const jar = javaArchive();
  for (let number = 0; number < 200; number++) {
    yield* largeFile(`srv/java/lib/library-${number}-1.0.jar`, { size: jar.length, pool: jar });
  }
}

/** About 2 MB of stored text with a Maven descriptor. */
function javaArchive(): Uint8Array {
  const text = Buffer.from(compressible.subarray(0, 100_000)).toString();
  const classes = Array.from({ length: 20 }, (_, at) => [`org/example/Class${at}.class`, text]);
  const properties = "groupId=org.example\nartifactId=library\nversion=1.0\n";
  const described = { "META-INF/maven/org.example/library/pom.properties": properties, ...Object.fromEntries(classes) };
  return makeZip(described, { stored: true });
}

function* data(count: number, megabytes: number): Generator<Uint8Array> {
  for (let number = 0; number < count; number++) {
    yield* largeFile(`srv/data/model-${number}.bin`, { size: megabytes * 10 ** 6, pool: incompressible });
  }
}

function* logs(count: number, megabytes: number): Generator<Uint8Array> {
  for (let number = 0; number < count; number++) {
    yield* largeFile(`var/log/app/access-${number}.log`, { size: megabytes * 10 ** 6, pool: compressible });
  }
}
