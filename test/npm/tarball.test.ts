import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../src/archive/bytes.ts";
import { type NpmFile, readNpmTarball } from "../../src/npm/tarball.ts";
import { packTarball } from "./registry-server.ts";

async function read(
  tarball: Uint8Array,
  limits: { totalSize?: number; fileSize?: number } = {},
): Promise<readonly NpmFile[]> {
  return await Array.fromAsync(readNpmTarball(fromBytes(tarball), { what: "tool@1.0.0", ...limits }));
}

describe("an npm tarball", () => {
  it("gives its files without the folder around them", async () => {
    const tarball = await packTarball([
      { path: "bin/tool", content: "#!/bin/sh\n", mode: 0o755 },
      { path: "package.json", content: "{}" },
    ]);
    expect(
      (await read(tarball)).map(({ path, mode, content }) => [path, mode, Buffer.from(content).toString()]),
    ).toEqual([
      ["bin/tool", 0o755, "#!/bin/sh\n"],
      ["package.json", 0o644, "{}"],
    ]);
    expect((await read(await packTarball([{ path: "a", content: "" }], "node-v1"))).map(({ path }) => path)).toEqual([
      "a",
    ]);
  });

  it("has its links skipped", async () => {
    const archive = pack();
    archive.entry({ name: "package/link", type: "symlink", linkname: "/etc/passwd" });
    archive.entry({ name: "package/file" }, "x");
    archive.finalize();
    expect((await read(gzipSync(await buffer(archive)))).map(({ path }) => path)).toEqual(["file"]);
  });

  it.each<[string, () => Promise<Uint8Array>, string]>([
    ["leads outside", async () => await packTarball([{ path: "../../etc/passwd", content: "x" }]), "TAR_PATH_UNSAFE"],
    [
      "has a file twice",
      async () =>
        await packTarball([
          { path: "a", content: "1" },
          { path: "a", content: "2" },
        ]),
      "NPM_TARBALL_INVALID",
    ],
    [
      "is cut off",
      async () => (await packTarball([{ path: "a", content: "x".repeat(5000) }])).subarray(0, 60),
      "GZIP_INVALID",
    ],
    ["is no archive", async () => Buffer.from("<html>"), "GZIP_INVALID"],
    [
      "unpacks to too much",
      async () => await packTarball([{ path: "a", content: Buffer.alloc(3 << 20) }]),
      "ARCHIVE_TOO_LARGE",
    ],
  ])("that %s is refused", async (_what, tarball, code) => {
    await expect(read(await tarball(), { totalSize: 1 << 20 })).rejects.toEqual(expect.objectContaining({ code }));
  });

  it("with a file that is too large is refused", async () => {
    const tarball = await packTarball([{ path: "a", content: Buffer.alloc(2000) }]);
    await expect(read(tarball, { fileSize: 1000 })).rejects.toEqual(
      expect.objectContaining({ code: "ARCHIVE_TOO_LARGE" }),
    );
  });
});
