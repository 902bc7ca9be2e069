import { describe, expect, it } from "vitest";
import { openSecretbox } from "../../../src/attest/key/secretbox.ts";

/** The example of "Cryptography in NaCl", §9 and §10. */
const key = hex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
const nonce = hex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
const message = hex(
  "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f4" +
    "1db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52" +
    "f0a089bc76897040e082f937763848645e0705",
);
const box = hex(
  "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b" +
    "4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da" +
    "99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5",
);

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

describe("openSecretbox", () => {
  it("opens the box of NaCl's own example", () => {
    expect(openSecretbox(box, { key, nonce })).toEqual(message);
  });

  it("does not open a box with any byte changed, cut short, or with another key or nonce", () => {
    for (let at = 0; at < box.length; at++) {
      const changed = box.with(at, (box[at] ?? 0) ^ 1);
      expect(openSecretbox(changed, { key, nonce })).toBeNull();
    }
    for (const length of [0, 15, 16, box.length - 1]) {
      expect(openSecretbox(box.subarray(0, length), { key, nonce })).toBeNull();
    }
    expect(openSecretbox(box, { key: key.with(0, 0), nonce })).toBeNull();
    expect(openSecretbox(box, { key, nonce: nonce.with(23, 0) })).toBeNull();
  });
});
