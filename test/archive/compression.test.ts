import { execFileSync } from "node:child_process";
import { constants, gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { xz } from "@napi-rs/lzma";
import { describe, expect, it } from "vitest";
import { type Bytes, collect, fromBytes, type ReadLimit } from "../../src/archive/bytes.ts";
import { compressionOf, decompress, decompressBytes } from "../../src/archive/decompress.ts";
import { gunzip, gunzipBytes, gzipBytes } from "../../src/archive/gzip.ts";
import { unxz, unxzBytes } from "../../src/archive/xz.ts";
import { portableXzDecoder } from "../../src/archive/xz-decoder.ts";
import { unzstd, unzstdBytes } from "../../src/archive/zstd.ts";
import { has } from "../support/program.ts";

interface Format {
  readonly name: string;
  readonly code: string;
  readonly compress: (bytes: Uint8Array) => Uint8Array;
  readonly stream: (source: Bytes, options: ReadLimit) => Bytes;
  readonly whole: (bytes: Uint8Array, options: ReadLimit) => Promise<Uint8Array>;
  /** Command that compresses its standard input, and its program. */
  readonly tool: readonly [string, ...string[]];
}

const portable = await portableXzDecoder();

const formats: readonly Format[] = [
  { name: "gzip", code: "GZIP_INVALID", compress: gzipSync, stream: gunzip, whole: gunzipBytes, tool: ["gzip", "-nc"] },
  {
    name: "xz",
    code: "XZ_INVALID",
    compress: (bytes) => xz.compressSync(bytes),
    stream: unxz,
    whole: unxzBytes,
    tool: ["xz", "-c"],
  },
  {
    name: "xz without the native decoder",
    code: "XZ_INVALID",
    compress: (bytes) => xz.compressSync(bytes),
    stream: (source, limits) => unxz(source, { ...limits, decoder: portable }),
    whole: async (bytes, limits) => await unxzBytes(bytes, { ...limits, decoder: portable }),
    tool: ["xz", "-c"],
  },
  {
    name: "zstd",
    code: "ZSTD_INVALID",
    compress: (bytes) => withChecksum(bytes),
    stream: unzstd,
    whole: unzstdBytes,
    tool: ["zstd", "-c"],
  },
];
const withChecksum = (bytes: Uint8Array) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

const options = { limit: 1 << 22, what: "layer 1" };
const sample = Buffer.from(Array.from({ length: 40_000 }, (_, index) => `${index * 7919} `).join(""));
const equal = (bytes: Uint8Array, expected: Uint8Array = sample) => expect(Buffer.compare(bytes, expected)).toBe(0);

describe.each(formats)("$name", ({ code, compress, stream, whole, tool }) => {
  const packed = compress(sample);
  const small = compress(Buffer.from("hello"));
  const refused = async (...chunks: readonly Uint8Array[]) => {
    await expect(collect(stream(fromBytes(...chunks), options), options)).rejects.toMatchObject({ code });
    await expect(whole(Buffer.concat(chunks), options)).rejects.toMatchObject({ code });
  };

  it("is decompressed, whole and in chunks of any size", async () => {
    equal(await whole(packed, options));
    for (const size of [997, packed.length]) equal(await collect(stream(inPieces(packed, size), options), options));
  });

  it.skipIf(!has(tool[0]))(`from ${tool[0]}'s own program is decompressed (needs ${tool[0]})`, async () => {
    const [program, ...args] = tool;
    equal(await whole(execFileSync(program, args, { input: sample }), options));
  });

  it("may come in several parts, joined or apart", async () => {
    const twice = Buffer.concat([small, small]);
    expect(Buffer.from(await whole(twice, options)).toString()).toBe("hellohello");
    expect(Buffer.from(await collect(stream(fromBytes(small, small), options), options)).toString()).toBe("hellohello");
    expect(Buffer.from(await collect(stream(inPieces(twice, 1), options), options)).toString()).toBe("hellohello");
  });

  it("of nothing is nothing", async () => {
    expect((await whole(compress(new Uint8Array(0)), options)).length).toBe(0);
  });

  it("is refused when nothing is there, when it is something else, and when it is cut", async () => {
    await refused();
    await refused(Buffer.from("this is not compressed at all"));
    for (const end of [1, 5, small.length >> 1, small.length - 1]) await refused(small.subarray(0, end));
    await refused(packed.subarray(0, packed.length - 1));
    await refused(small, small.subarray(0, 5));
    await refused(small, packed.subarray(0, packed.length >> 1));
  });

  it("is refused when anything else follows it, joined or apart", async () => {
    for (const garbage of [Buffer.from("garbage"), Buffer.from([0]), Buffer.alloc(511)]) {
      await refused(small, garbage);
      await refused(Buffer.concat([small, garbage]));
    }
  });

  it("is refused when a bit of its content is flipped", async () => {
    const damaged = Buffer.from(packed);
    const middle = damaged.length >> 1;
    damaged[middle] = (damaged[middle] ?? 0) ^ 1;
    await refused(damaged);
  });

  it("is named in the error", async () => {
    await expect(whole(small.subarray(0, 8), options)).rejects.toThrow(/^layer 1 is not valid /);
  });

  it("that would unpack to gigabytes is stopped at the limit", async () => {
    const bomb = Buffer.concat(Array.from({ length: 40 }, () => zeros));
    let seen = 0;
    const before = process.memoryUsage().rss;
    const read = async () => {
      for await (const chunk of stream(fromBytes(bomb), { limit: 1 << 20, what: "bomb" })) seen += chunk.length;
    };
    await expect(read()).rejects.toMatchObject({
      code: "ARCHIVE_TOO_LARGE",
      message: "bomb is larger than 1048576 bytes",
    });
    expect(seen).toBeLessThanOrEqual(1 << 20);
    await expect(whole(bomb, { limit: 1 << 20, what: "bomb" })).rejects.toMatchObject({ code: "ARCHIVE_TOO_LARGE" });
    expect(process.memoryUsage().rss - before).toBeLessThan(300 << 20);
  });
  const zeros = compress(new Uint8Array(1 << 26));

  it("may have exactly as many bytes as the limit allows", async () => {
    expect((await whole(small, { limit: 5, what: "it" })).length).toBe(5);
    await expect(whole(small, { limit: 4, what: "it" })).rejects.toMatchObject({ code: "ARCHIVE_TOO_LARGE" });
  });

  it("passes on what went wrong in its source", async () => {
    async function* failing() {
      yield packed.subarray(0, 100);
      throw new Error("the connection was closed");
    }
    await expect(collect(stream(failing(), options), options)).rejects.toThrow(/^the connection was closed$/);
  });

  it("closes its source when the reader stops", async () => {
    const closed = Promise.withResolvers<boolean>();
    async function* source() {
      try {
        for (;;) yield packed;
      } finally {
        closed.resolve(true);
      }
    }
    for await (const chunk of stream(source(), { limit: 2 ** 40, what: "it" })) if (chunk.length > 0) break;
    expect(await closed.promise).toBe(true);
  });

  it("is recognised by how it begins", async () => {
    equal(await decompressBytes(packed, options));
    equal(await collect(decompress(inPieces(small, 1), options), options), Buffer.from("hello"));
    await expect(decompressBytes(packed, { ...options, limit: 10 })).rejects.toMatchObject({
      code: "ARCHIVE_TOO_LARGE",
    });
  });
});

describe("gzipBytes", () => {
  it("writes a header without time, name or system, the same every time", async () => {
    const packed = await gzipBytes(sample);
    expect([...packed.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    expect(Buffer.compare(await gzipBytes(sample), packed)).toBe(0);
    equal(gunzipSync(packed));
  });
});

describe("decompress", () => {
  it("passes what has no known mark as it is, within the limit", async () => {
    for (const plain of [Buffer.from("plain text"), Buffer.from("p"), Buffer.alloc(0)]) {
      equal(await decompressBytes(plain, options), plain);
      equal(await collect(decompress(inPieces(plain, 3), options), options), plain);
    }
    await expect(decompressBytes(Buffer.from("plain"), { limit: 4, what: "it" })).rejects.toMatchObject({
      code: "ARCHIVE_TOO_LARGE",
    });
    await expect(
      collect(decompress(fromBytes(Buffer.from("plain")), { limit: 4, what: "it" }), options),
    ).rejects.toMatchObject({
      code: "ARCHIVE_TOO_LARGE",
    });
  });

  it("knows a compression by its first bytes alone", () => {
    expect(formats.map(({ compress }) => compressionOf(compress(sample).subarray(0, 6)))).toEqual([
      "gzip",
      "xz",
      "xz",
      "zstd",
    ]);
    expect(compressionOf(Buffer.of(0x1f))).toBe("none");
  });
});

describe("several xz packages at once", () => {
  it("do not keep the main thread busy", async () => {
    const packed = xz.compressSync(Buffer.concat(Array.from({ length: 4 }, () => sample)));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await Promise.all([1, 2, 3].map(async () => await unxzBytes(packed, { limit: 1 << 26, what: "it" })));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });
});

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}
