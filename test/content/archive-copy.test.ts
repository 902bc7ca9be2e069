import { createReadStream } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openArchiveCopy } from "../../src/content/archive-copy.ts";
import { archivePacking, openArchive } from "../../src/content/archive-read.ts";
import { writeArchive } from "../../src/content/archive-write.ts";
import { copy } from "../../src/content/copy.ts";
import { once } from "../../src/content/memory.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { readImage } from "../../src/oci/image.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { tinyStore, tinyTar } from "../support/tiny-image.ts";

async function archived() {
  const folder = await temporaryFolder();
  const { store, root } = await tinyStore();
  const file = join(folder, "image.tar");
  await writeArchive(file, async (target) => {
    await copy(store, target, { reference: "latest", targetReferences: ["team/app:1"] });
  });
  return { file, root, temporaryDirectory: await temporaryFolder() };
}

describe("an archive that comes as a stream", () => {
  it.each([
    ["as it is", (bytes: Uint8Array) => bytes],
    ["packed with gzip", (bytes: Uint8Array) => gzipSync(bytes)],
    ["packed with Zstandard", (bytes: Uint8Array) => zstdCompressSync(bytes)],
  ])("%s is read from a copy, which is gone in the end", async (_, pack) => {
    const { file, root, temporaryDirectory } = await archived();
    await writeFile(file, pack(await readFile(file)));
    {
      await using archive = await openArchiveCopy(createReadStream(file), {
        temporaryDirectory,
        shown: "standard input",
      });
      expect((await readImage(archive, { reference: "team/app:1" })).descriptor).toEqual(root);
      expect(await readdir(temporaryDirectory)).toHaveLength(1);
    }
    expect(await readdir(temporaryDirectory)).toEqual([]);
  });

  it.each([
    ["more than the limit", { limit: 1000 }, "ARCHIVE_TOO_LARGE"],
    ["nothing to be read", { signal: AbortSignal.abort(new Error("stopped")) }, undefined],
  ])("leaves no copy behind when there is %s", async (_, options, code) => {
    const { file, temporaryDirectory } = await archived();
    const opened = openArchiveCopy(createReadStream(file), { temporaryDirectory, shown: "standard input", ...options });
    await expect(opened).rejects.toMatchObject(code === undefined ? { message: "stopped" } : { code });
    expect(await readdir(temporaryDirectory)).toEqual([]);
  });

  it("is called what it is, not by the copy's name, where it is no archive of an image", async () => {
    const temporaryDirectory = await temporaryFolder();
    const options = { temporaryDirectory, shown: "standard input" };
    await expect(openArchiveCopy(once(tinyTar({ readme: "" })), options)).rejects.toMatchObject({
      code: "CONTENT_INVALID",
      message: expect.stringMatching(/^standard input is not an image archive/),
    });
    await expect(openArchiveCopy(once(new Uint8Array(0)), options)).rejects.toMatchObject({
      message: expect.stringMatching(/^standard input/),
    });
    expect(await readdir(temporaryDirectory)).toEqual([]);
  });

  it("says that it cannot be stored", async () => {
    const options = { temporaryDirectory: join(await temporaryFolder(), "absent"), shown: "standard input" };
    await expect(openArchiveCopy(once(tinyTar({})), options)).rejects.toMatchObject({ code: "CONTENT_UNWRITABLE" });
  });
});

describe("an archive's packing", () => {
  it("is known from its first bytes", async () => {
    const { file } = await archived();
    expect(await archivePacking(file)).toBe("none");
    await writeFile(file, gzipSync(await readFile(file)));
    expect(await archivePacking(file)).toBe("gzip");
    await expect(archivePacking(`${file}.absent`)).rejects.toMatchObject({ code: "CONTENT_NOT_FOUND" });
  });
});

describe("an archive with an index that names itself", () => {
  const digest = sha256Digest("an index");
  const itself = { mediaType: mediaTypes.index, digest, size: 1000 };
  const config = `blobs/sha256/${"0".repeat(64)}`;
  const files = {
    "oci-layout": JSON.stringify({ imageLayoutVersion: "1.0.0" }),
    "index.json": JSON.stringify({ schemaVersion: 2, manifests: [itself] }),
    [`blobs/sha256/${digest.slice("sha256:".length)}`]: JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: Array.from({ length: 9_000 }, () => itself),
    }),
  };

  it("is refused, and soon", async () => {
    const file = join(await temporaryFolder(), "image.tar");
    await writeFile(file, tinyTar(files));
    await using archive = await openArchive(file);
    await expect(readImage(archive, { reference: await archive.choose(null) })).rejects.toMatchObject({
      code: "OCI_CONTENT_MISMATCH",
    });
    const table = JSON.stringify([{ Config: config, RepoTags: null, Layers: [] }]);
    await writeFile(file, tinyTar({ ...files, "manifest.json": table }));
    await expect(openArchive(file)).rejects.toMatchObject({ code: "CONTENT_INVALID" });
  }, 5_000);
});
