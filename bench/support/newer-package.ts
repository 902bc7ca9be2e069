import { createHash } from "node:crypto";
import type { ArchivePackage, PackageIndex } from "../../src/apt/model.ts";
import { createTarParser } from "../../src/archive/tar-read.ts";
import type { Cache } from "../../src/cache/cache.ts";
import { readDeb } from "../../src/debian/deb.ts";
import { makeDeb, type TestFile } from "../../test/support/deb.ts";

/**
 * Makes the next version of a package, as an update would bring it: each of its files has changed, by a byte at its end.
 * The .deb, made of the one that is in `cache`, is put there too.
 */
export async function newerPackage(item: ArchivePackage, cache: Cache): Promise<ArchivePackage> {
  const bytes = await cache.read(item.sha256);
  if (bytes === null) throw new Error(`${item.name} is not in the cache`);
  const deb = await readDeb(bytes, { what: item.name });
  const version = `${item.version}+bench1`;
  const texts = Object.fromEntries([...deb.control].map(([name, text]) => [name, new TextDecoder().decode(text)]));
  const { control = "", ...scripts } = texts;
  const made = makeDeb({
    control: control.replace(/^Version: .*$/m, `Version: ${version}`),
    scripts,
    files: changedFiles(await deb.data(), item.name),
  });
  const { sha256, size } = await cache.write([made]);
  return { ...item, version, sha256, size, filename: item.filename.replace(/_[^_]*_/, `_${version}_`) };
}

function changedFiles(tar: Uint8Array, what: string): Readonly<Record<string, TestFile>> {
  const files: Record<string, TestFile> = {};
  const parser = createTarParser(
    {
      entry: ({ path, type, mode, uid, gid, linkPath }) => {
        const owner = { mode, uid, gid };
        if (type === "directory") files[path] = { directory: true, ...owner };
        if (type === "symlink") files[path] = { symlink: linkPath, ...owner };
        if (type === "link") files[path] = { hardlink: linkPath, ...owner };
        return type === "file" ? tar.length : 0;
      },
      file: ({ path, mode, uid, gid }, content) => {
        files[path] = { content: Buffer.concat([content, Buffer.from("\n")]), mode, uid, gid };
      },
    },
    { what },
  );
  parser.write(tar);
  parser.end();
  return files;
}

/** The index of an archive that has published `newer` in place of the packages whose SHA-256 they have as key. */
export function afterUpdate(index: PackageIndex, newer: ReadonlyMap<string, ArchivePackage>): PackageIndex {
  const current = (item: ArchivePackage) => newer.get(item.sha256) ?? item;
  const published = [...newer.values()].map(({ sha256 }) => sha256).join();
  return {
    ...index,
    // What was resolved before is looked up by the releases it was resolved against.
    releases: index.releases.map((release) => ({
      ...release,
      sha256: createHash("sha256").update(`${release.sha256} ${published}`).digest("hex"),
    })),
    find: (name) => index.find(name).map(current),
    providers: (name) => index.providers(name).map((found) => ({ ...found, package: current(found.package) })),
    ofSource: (name) => index.ofSource(name).map(current),
    withPriority: (priority) => index.withPriority(priority).map(current),
    essential: () => index.essential().map(current),
  };
}
