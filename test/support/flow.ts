import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openCache } from "../../src/cache/cache.ts";
import { openImage } from "../../src/facts/image.ts";
import { walkImage } from "../../src/facts/walk.ts";
import { buildFromCatalog } from "../../src/flow/build.ts";
import { openCatalogImage } from "../../src/flow/image/catalog-image.ts";
import { freshLibrary } from "../../src/flow/library.ts";
import type { Ports } from "../../src/flow/ports.ts";
import { createHttp } from "../../src/http/fetch.ts";
import { createPackings } from "../../src/image/layer/fragment.ts";
import { localHost, type SandboxHost } from "../../src/pipeline/sandbox/host.ts";
import { makeDebianArchive, type TestArchive, type TestPackage } from "./debian-archive.ts";
import { temporaryFolder } from "./temporary.ts";

/** The moment tests take place at. */
export const testMoment = new Date("2026-01-15T00:00:00Z");

/** The packages of a small system: a libc, a library on it, a base with links, and certificates. */
export const smallSystem: readonly TestPackage[] = [
  {
    name: "base-files",
    version: "13",
    architecture: "amd64",
    preDepends: "awk",
    files: {
      "usr/lib/os-release": "ID=debian\n",
      "etc/os-release": { symlink: "../usr/lib/os-release" },
      "etc/debian_version": "13\n",
      tmp: { directory: true, mode: 0o1777 },
      home: { directory: true },
      "usr/share/doc/base-files/copyright": "License: GPL-2+\n",
      "usr/share/doc/base-files/changelog.gz": "left out",
    },
  },
  {
    name: "libc6",
    version: "2.41-1",
    architecture: "amd64",
    source: "glibc",
    multiArch: "same",
    files: {
      "usr/lib/x86_64-linux-gnu/libc.so.6": { content: "a C library", mode: 0o755 },
      "lib64/ld-linux-x86-64.so.2": { content: "a loader", mode: 0o755 },
      "usr/lib/x86_64-linux-gnu/gconv/UTF-32.so": "a character set",
      "usr/share/man/man5/locale.conf.5": "left out",
    },
  },
  {
    name: "libz1",
    version: "1:1.3-1",
    architecture: "amd64",
    depends: "libc6 (>= 2.36)",
    files: { "usr/lib/x86_64-linux-gnu/libz.so.1": "deflate" },
  },
  {
    name: "tzdata",
    version: "2026a-1",
    depends: "debconf (>= 0.5) | debconf-2.0",
    files: { "usr/share/zoneinfo/Etc/UTC": "TZif2" },
  },
  {
    name: "ca-certificates",
    version: "20260101",
    files: {
      "usr/share/ca-certificates/mozilla/B.crt": pem("Qg=="),
      "usr/share/ca-certificates/mozilla/A.crt": pem("QQ=="),
    },
  },
];

/** A definition of an image of the small system. */
export const smallDefinition = `# syntax=hardpan/build:1-debian13
name: Small
image: hardpan/small
tags: ["1", 1-debian13]
platforms: [linux/amd64]
contents:
  packages: ["!debconf", base-files, ca-certificates, libz1, tzdata]
accounts:
  root: true
  run-as: app
  users: [{ name: app, uid: 1000, gid: 1000 }]
  groups: [{ name: app, gid: 1000, members: [app] }]
os-release: { id: debian, version-id: "13", version-codename: trixie }
work-dir: /app
environment: { GREETING: hello world }
paths:
  - { type: directory, path: /app, uid: 1000, gid: 1000, mode: "0750" }
  - { type: file, path: /usr/local/share/ca-certificates/own.crt, content: "${pem("Qw==").replaceAll("\n", "\\n")}" }
  - { type: delete, path: /usr/lib/x86_64-linux-gnu/gconv }
  - { type: file, path: /usr/bin/app, mode: "0755", content: a program }
annotations: { org.opencontainers.image.licenses: MIT }
entrypoint: [/usr/bin/app]
ports: [8080/tcp]
`;

/** Text in the form of a PEM certificate. */
export function pem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

/** A catalogue folder with these files, by path. */
export async function makeCatalog(directory: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}

/** Ports over a made archive and a catalogue folder, with a cache of its own. Nothing is reached but the archive. */
export async function flowPorts(options: {
  readonly archive: TestArchive;
  readonly catalog: string;
  readonly cache: string;
  readonly signal?: AbortSignal;
  readonly offline?: boolean;
  readonly inputMirrors?: readonly string[];
  /** What is different from this machine for steps. */
  readonly sandbox?: Partial<SandboxHost>;
}): Promise<Ports> {
  const { archive, catalog, cache, signal = new AbortController().signal, offline = false } = options;
  const http = createHttp({ fetch: globalThis.fetch, userAgent: "hardpan/test", now: () => testMoment.getTime() });
  const opened = await openCache(cache);
  const ports: Ports = {
    cache: opened,
    environment: { PATH: process.env["PATH"] },
    temporaryDirectory: tmpdir(),
    standardInput: () => {
      throw new Error("nothing is piped into a test");
    },
    secrets: new Map(),
    allowNetwork: false,
    library: freshLibrary(() => ports),
    openCatalog: async (reference) => await openCatalogImage(reference, { ports }),
    packings: createPackings(opened, signal),
    http,
    impatientHttp: http,
    now: () => testMoment,
    mirrors: { ...archive.mirrors, origin: "configuration" },
    inputMirrors: options.inputMirrors ?? [],
    trust: { pins: archive.pins, keyring: async () => archive.keyring },
    registry: { registry: "http://127.0.0.1:9/", options: {} },
    registries: { http },
    hostPlatform: { os: "linux", architecture: "amd64" },
    sandboxHost: () => ({ ...localHost(), ...options.sandbox }),
    catalog,
    offline,
    maxAge: 0,
    advisories: null,
    toolVersion: "0.0.0",
    signal,
    report: { step() {}, advance() {}, note() {} },
  };
  return ports;
}

/** A made archive and a catalogue beside it. The command line finds the ports' cache with XDG_CACHE_HOME = `directory`. */
export async function smallWorld(
  files: Readonly<Record<string, string>> = { "image/small/debian-13/1.yaml": smallDefinition },
  packages: readonly TestPackage[] = smallSystem,
) {
  const directory = await temporaryFolder();
  const archive = await makeDebianArchive({ directory: join(directory, "archive"), packages });
  const catalog = await makeCatalog(join(directory, "catalog"), files);
  const cache = join(directory, "hardpan");
  return { directory, archive, catalog, cache, ports: await flowPorts({ archive, catalog, cache }) };
}

/** Builds `name`, such as `small:1`, and reads all files of the image back. */
export async function buildAndWalk(name: string, ports: Ports) {
  const built = await buildFromCatalog({ kind: "image", name, platforms: [], locked: null }, ports);
  const opened = await openImage(built.source, built.index.index.descriptor);
  const tree = await walkImage(built.source, opened.manifest, { keep: () => 1 << 20, diffIds: opened.config.diffIds });
  return { built, opened, tree, text: (path: string) => new TextDecoder().decode(tree.contents.get(path)) };
}
