import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../src/attest/base64.ts";

describe("decodeBase64", () => {
  it("gives the bytes that were encoded, in either alphabet", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect([...(decodeBase64(text) ?? [])]).toEqual([...bytes]);
        expect([...(decodeBase64(text.replaceAll("+", "-").replaceAll("/", "_")) ?? [])]).toEqual([...bytes]);
      }),
    );
  });

  it.each(["=", "a", "ab", "abc", "ab=", "ab==c", "ab\n==", " YWI=", "YWI", "YWJ=", "YWI==", "é"])(
    "refuses %j, which no encoder writes",
    (text) => {
      expect(decodeBase64(text)).toBeNull();
    },
  );
});
