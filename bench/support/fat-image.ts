import { join } from "node:path";
import type { ArchivePackage } from "../../src/apt/model.ts";
import { fetchPackages } from "../../src/apt/package-download.ts";
import { resolve } from "../../src/apt/resolve.ts";
import { acquireIndex } from "../../src/apt/suite.ts";
import { readTar } from "../../src/archive/tar-read.ts";
import { tarEnd, tarHeader, tarPadding } from "../../src/archive/tar-write.ts";
import type { Cache } from "../../src/cache/cache.ts";
import { openLayout } from "../../src/content/layout.ts";
import { type Deb, readDeb } from "../../src/debian/deb.ts";
import { aptOptions, aptPorts } from "../../src/flow/supply/apt-ports.ts";
import { readImage } from "../../src/oci/image.ts";
import { layerEntries } from "../../test/integration/layout-on-disk.ts";
import { smallFile } from "../../test/support/image/contents.ts";
import { writeDerivedImage } from "./derived-image.ts";
import { benchPorts } from "./plan.ts";

/** What an image for building software has beyond the slim one, layer by layer: after Docker's buildpack-deps. */
const groups: readonly (readonly string[])[] = [
  ["ca-certificates", "curl", "gnupg", "netbase", "wget"],
  ["git", "mercurial", "openssh-client", "procps", "subversion"],
  [
    ...["autoconf", "automake", "bzip2", "default-libmysqlclient-dev", "dpkg-dev", "file", "g++", "gcc", "imagemagick"],
    ...["libbz2-dev", "libc6-dev", "libcurl4-openssl-dev", "libdb-dev", "libevent-dev", "libffi-dev", "libgdbm-dev"],
    ...["libglib2.0-dev", "libgmp-dev", "libjpeg-dev", "libkrb5-dev", "liblzma-dev", "libmagickcore-dev"],
    ...["libmagickwand-dev", "libmaxminddb-dev", "libncurses-dev", "libpng-dev", "libpq-dev", "libreadline-dev"],
    ...["libsqlite3-dev", "libssl-dev", "libtool", "libwebp-dev", "libxml2-dev", "libxslt1-dev", "libyaml-dev", "make"],
    ...["patch", "unzip", "xz-utils", "zlib1g-dev"],
  ],
  ["python3-dev", "python3-pip", "python3-venv"],
];

/**
 * Writes a layout with a fat image to `directory`: that of the layout `slim` with layers of Debian packages on top, each with
 * dpkg's database as dpkg would have left it. Maintainer scripts are not run.
 */
export async function writeFatImage(directory: string, slim: string): Promise<void> {
  const ports = await benchPorts();
  const index = await acquireIndex(
    { codename: "trixie", architecture: "amd64", components: ["main"] },
    aptPorts(ports),
    aptOptions(ports),
  );
  const database = { status: await statusOf(slim) };
  const there = new Set([...database.status.matchAll(/^Package: (.*)$/gm)].map(([, name]) => name));
  const layers: readonly ArchivePackage[][] = groups.map((packages) => {
    const added = resolve({ packages }, index).packages.filter(({ name }) => !there.has(name));
    for (const { name } of added) there.add(name);
    return added;
  });
  index.close();
  await fetchPackages(layers.flat(), aptPorts(ports), aptOptions(ports));
  const parts = layers.map((packages) => ({ parts: layerOf(packages, database, ports.cache), level: 6 }));
  await writeDerivedImage(directory, slim, parts);
}

const statusPath = "var/lib/dpkg/status";

async function statusOf(directory: string): Promise<string> {
  const source = await openLayout(directory);
  const { manifest } = await readImage(source, { reference: await source.choose(null) });
  const files = manifest.layers.map(({ digest }) => join(directory, "blobs", ...digest.split(":")));
  const entries = await layerEntries(files, (path) => path === statusPath);
  return `${entries.get(statusPath)?.content}`;
}

/** The files of `packages` and their records; `database` is what the layers so far have, and grows. */
async function* layerOf(
  packages: readonly ArchivePackage[],
  database: { status: string },
  cache: Cache,
): AsyncGenerator<Uint8Array> {
  for (const item of packages) {
    const deb = await readDeb((await cache.read(item.sha256)) ?? new Uint8Array(), { what: item.name });
    const paths: string[] = [];
    for await (const { header, content } of readTar(deb.dataStream())) {
      paths.push(`/${header.path || "."}`);
      if (header.path === "") continue;
      yield tarHeader(header);
      yield* content;
      yield tarPadding(header.size);
    }
    yield* recordOf(deb, item, paths);
    const [first, ...rest] = text(deb, "control").trim().split("\n");
    database.status += `\n${[first, "Status: install ok installed", ...rest].join("\n")}\n`;
  }
  yield* smallFile(statusPath, database.status);
  yield tarEnd;
}

function* recordOf(deb: Deb, { name, architecture }: ArchivePackage, paths: readonly string[]): Generator<Uint8Array> {
  const isSame = deb.controlStanza.get("Multi-Arch") === "same";
  const base = `var/lib/dpkg/info/${name}${isSame ? `:${architecture}` : ""}`;
  yield* smallFile(`${base}.list`, `${paths.join("\n")}\n`);
  yield* smallFile(`${base}.md5sums`, text(deb, "md5sums"));
}

function text(deb: Deb, name: string): string {
  return new TextDecoder().decode(deb.control.get(name));
}
