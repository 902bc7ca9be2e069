import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Cache, openCache } from "../../src/cache/cache.ts";

const bytes = new TextEncoder().encode("what a package contributes");
const sha256 = createHash("sha256").update(bytes).digest("hex");

let directory: string;
let cache: Cache;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hardpan-cache-"));
  cache = await openCache(directory);
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe("the cache", () => {
  it("keeps bytes under their SHA-256 and gives them back", async () => {
    expect(await cache.write([bytes])).toEqual({ sha256, size: bytes.length });
    expect(await cache.read(sha256)).toEqual(Buffer.from(bytes));
    expect(await collect(cache.stream(sha256))).toEqual(Buffer.from(bytes));
    expect(await readFile((await cache.path(sha256)) ?? "")).toEqual(Buffer.from(bytes));
  });

  it("knows what it does not have", async () => {
    expect(await cache.path(sha256)).toBeNull();
    expect(await cache.read(sha256)).toBeNull();
    expect(await cache.record("fragment", "none")).toBeNull();
  });

  it("names a changed entry, drops it, and takes it again", async () => {
    await cache.write([bytes]);
    const path = (await cache.path(sha256)) ?? "";
    await writeFile(path, "what a burglar contributes");
    await expect(cache.read(sha256)).rejects.toMatchObject({
      code: "CACHE_CORRUPT",
      message: expect.stringContaining(path),
    });
    expect(await cache.path(sha256)).toBeNull();
    await cache.write([bytes]);
    await writeFile(path, "what a burglar contributes");
    await expect(collect(cache.stream(sha256))).rejects.toMatchObject({ code: "CACHE_CORRUPT" });
    expect(await cache.path(sha256)).toBeNull();
  });

  it.each([
    ["another SHA-256", { sha256: "0".repeat(64) }],
    ["more bytes than announced", { size: 3 }],
    ["fewer bytes than announced", { size: 300 }],
  ])("refuses content that has %s and leaves nothing behind", async (_, expected) => {
    await expect(cache.write([bytes], { ...expected, name: "libc6" })).rejects.toMatchObject({
      code: "CACHE_MISMATCH",
      message: expect.stringContaining("libc6"),
    });
    expect(await cache.path(sha256)).toBeNull();
    expect(await readdir(join(directory, "partial"))).toEqual([]);
  });

  it("leaves nothing behind when the content breaks off", async () => {
    const broken = (async function* () {
      yield bytes;
      throw new Error("connection lost");
    })();
    await expect(cache.write(broken)).rejects.toThrow("connection lost");
    expect(await readdir(join(directory, "partial"))).toEqual([]);
  });

  it("keeps records by kind and key, whatever characters the key has", async () => {
    await cache.writeRecord("layer", "plain", { size: 1 });
    await cache.writeRecord("layer", "a/b c\u0000d", { size: 2 });
    expect(await cache.record("layer", "plain")).toEqual({ size: 1 });
    expect(await cache.record("layer", "a/b c\u0000d")).toEqual({ size: 2 });
    expect(await cache.record("scan", "plain")).toBeNull();
  });

  it("treats a record with any byte changed, or cut short, as absent", async () => {
    await cache.writeRecord("layer", "plain", { size: 1 });
    const path = join(directory, "records", "layer", "plain.json");
    const written = await readFile(path);
    for (let at = 0; at < written.length; at++) {
      const changed = Buffer.from(written);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(path, changed);
      expect(await cache.record("layer", "plain")).toBeNull();
    }
    await writeFile(path, written.subarray(0, written.length - 1));
    expect(await cache.record("layer", "plain")).toBeNull();
  });

  it("takes the same content from many writers at once", async () => {
    const stored = await Promise.all(Array.from({ length: 20 }, async () => await cache.write([bytes])));
    expect(new Set(stored.map((entry) => entry.sha256))).toEqual(new Set([sha256]));
    expect(await cache.read(sha256)).toEqual(Buffer.from(bytes));
  });

  it("says so when its folder cannot be made", async () => {
    await writeFile(join(directory, "file"), "");
    await expect(openCache(join(directory, "file", "below"))).rejects.toMatchObject({ code: "CACHE_UNWRITABLE" });
  });
});

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
