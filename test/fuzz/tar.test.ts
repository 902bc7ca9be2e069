import { describe, expect, it } from "vitest";
import { fromBytes } from "../../src/archive/bytes.ts";
import { headerChecksum } from "../../src/archive/tar-header.ts";
import { createTarParser, readTar } from "../../src/archive/tar-read.ts";
import { tarEnd, tarHeader, tarPadding } from "../../src/archive/tar-write.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const content = new Uint8Array(700).fill(65);
const archive = Buffer.concat([
  tarHeader({ path: "usr", type: "directory", mode: 0o755, mtime: 1 }),
  tarHeader({ path: `usr/${"long/".repeat(60)}ü`, type: "file", mode: 0o644, mtime: 1, size: content.length }),
  content,
  tarPadding(content.length),
  tarHeader({ path: "usr/link", type: "link", mode: 0o644, mtime: 1, linkPath: "usr/other" }),
  tarHeader({ path: "usr/symlink", type: "symlink", mode: 0o777, mtime: 1, linkPath: `../${"x".repeat(150)}` }),
  tarEnd,
]);

/** Repairs header checksums, so that changes reach what lies behind them. */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const result = Buffer.from(bytes);
  for (let offset = 0; offset + 512 <= result.length; offset += 512) {
    const block = result.subarray(offset, offset + 512);
    if (block.toString("latin1", 257, 262) !== "ustar") continue;
    block.write(`${headerChecksum(block).toString(8).padStart(6, "0")}\u0000 `, 148, "latin1");
  }
  return result;
}

describe("tar under mutation", () => {
  it("is read alike by both readers, or refused with a coded error", async () => {
    const random = seeded(1);
    let read = 0;
    for (let round = 0; round < fuzzRounds(); round++) {
      const bytes = withChecksums(mutate(archive, random));
      const pushed: string[] = [];
      const pulled: string[] = [];
      const one = await readsOrRefuses(() => {
        const parser = createTarParser({
          entry(header) {
            pushed.push(header.path);
            return 1 << 20;
          },
          file: (header, kept) => pushed.push(`${header.path} ${kept.length}`),
        });
        for (let offset = 0; offset < bytes.length; offset += 333) parser.write(bytes.subarray(offset, offset + 333));
        parser.end();
      });
      const other = await readsOrRefuses(async () => {
        for await (const { header, content: chunks } of readTar(fromBytes(bytes))) {
          pulled.push(header.path);
          let size = 0;
          for await (const chunk of chunks) size += chunk.length;
          if (header.type === "file" && size <= 1 << 20) pulled.push(`${header.path} ${size}`);
        }
      });
      expect(one).toBe(other);
      if (one) expect(pushed).toEqual(pulled);
      if (one) read++;
    }
    expect(read).toBeGreaterThan(0);
  });
});
