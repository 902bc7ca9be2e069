import { describe, expect, it } from "vitest";
import { collect, fromBytes, joinBytes, limited } from "../../src/archive/bytes.ts";
import { byteReader } from "../../src/archive/reader.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array | null) => content && new TextDecoder().decode(content);

describe("collect", () => {
  it("joins all chunks", async () => {
    expect(text(await collect(fromBytes(bytes("ab"), bytes(""), bytes("c")), { limit: 3, what: "it" }))).toBe("abc");
    expect(await collect(fromBytes(), { limit: 0, what: "it" })).toEqual(new Uint8Array(0));
  });

  it("stops at the limit, before reading on, and says what was too large", async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given++;
        yield new Uint8Array(1000);
      }
    }
    await expect(collect(endless(), { limit: 2500, what: "the index" })).rejects.toMatchObject({
      code: "ARCHIVE_TOO_LARGE",
      message: "the index is larger than 2500 bytes",
    });
    expect(given).toBe(3);
  });
});

describe("limited", () => {
  it("passes what is within the limit and nothing beyond", async () => {
    const seen: string[] = [];
    const read = async () => {
      for await (const chunk of limited(fromBytes(bytes("ab"), bytes("cd")), { limit: 3, what: "it" }))
        seen.push(text(chunk) ?? "");
    };
    await expect(read()).rejects.toMatchObject({ code: "ARCHIVE_TOO_LARGE" });
    expect(seen).toEqual(["ab"]);
  });
});

describe("joinBytes", () => {
  it("returns a single chunk without copying it", () => {
    const chunk = bytes("a");
    expect(joinBytes([chunk])).toBe(chunk);
    expect(text(joinBytes([chunk, bytes("bc")]))).toBe("abc");
  });
});

describe("byteReader", () => {
  it("takes pieces of wanted size across chunks and fewer bytes only at the end", async () => {
    const reader = byteReader(fromBytes(bytes("abc"), bytes(""), bytes("defg")));
    expect(text(await reader.take(2))).toBe("ab");
    expect(text(await reader.take(3))).toBe("cde");
    expect(text(await reader.some(10))).toBe("fg");
    expect(text(await reader.take(4))).toBe("");
    expect(await reader.some(1)).toBe(null);
  });
});
