import { timingSafeEqual } from "node:crypto";

/**
 * Opens a box of NaCl's `crypto_secretbox`: XSalsa20 with Poly1305 (D. J. Bernstein, "Cryptography in NaCl", §9-10). `key` has
 * 32 bytes, `nonce` 24. null where the box was made with another key, or was changed. Node has neither of the two.
 */
export function openSecretbox(
  box: Uint8Array,
  { key, nonce }: { readonly key: Uint8Array; readonly nonce: Uint8Array },
): Uint8Array | null {
  if (box.length < tagSize) return null;
  const sealed = box.subarray(tagSize);
  const stream = salsa20(derivedKey(key, nonce), nonce.subarray(16), 32 + sealed.length);
  const tag = poly1305(sealed, stream.subarray(0, 32));
  if (!timingSafeEqual(tag, box.subarray(0, tagSize))) return null;
  return sealed.map((byte, at) => byte ^ (stream[32 + at] ?? 0));
}

const tagSize = 16;
/** "expand 32-byte k". */
const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

/** HSalsa20: the key that XSalsa20 uses with the last eight bytes of the nonce. */
function derivedKey(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const mixed = rounds(stateOf(key, words(nonce.subarray(0, 16))));
  return bytesOf([0, 5, 10, 15, 6, 7, 8, 9].map((at) => mixed[at] ?? 0));
}

/** The first `length` bytes of the stream (Bernstein, "The Salsa20 family of stream ciphers"). */
function salsa20(key: Uint8Array, nonce: Uint8Array, length: number): Uint8Array {
  const stream = new Uint8Array(length + 64);
  for (let block = 0; block * 64 < length; block++) {
    const state = stateOf(key, [...words(nonce), block, 0]);
    const mixed = rounds(state).map((word, at) => word + (state[at] ?? 0));
    stream.set(bytesOf([...mixed]), block * 64);
  }
  return stream.subarray(0, length);
}

function stateOf(key: Uint8Array, middle: readonly number[]): Uint32Array {
  const [k, [c0 = 0, c1 = 0, c2 = 0, c3 = 0]] = [words(key), constants];
  return Uint32Array.from([c0, ...k.slice(0, 4), c1, ...middle, c2, ...k.slice(4), c3]);
}

/** What each quarter round of a double round works on: the columns, then the rows. */
const quarters = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const;

function rounds(state: Uint32Array): Uint32Array {
  const x = Uint32Array.from(state);
  const mix = (to: number, [from, other, by]: readonly [number, number, number]) => {
    const sum = ((x[from] ?? 0) + (x[other] ?? 0)) >>> 0;
    x[to] = (x[to] ?? 0) ^ ((sum << by) | (sum >>> (32 - by)));
  };
  for (let round = 0; round < 10; round++) {
    for (const [a, b, c, d] of quarters) {
      mix(b, [a, d, 7]);
      mix(c, [b, a, 9]);
      mix(d, [c, b, 13]);
      mix(a, [d, c, 18]);
    }
  }
  return x;
}

/** RFC 8439 §2.5. */
function poly1305(message: Uint8Array, key: Uint8Array): Uint8Array {
  const prime = (1n << 130n) - 5n;
  const r = numberOf(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const block = message.subarray(at, at + 16);
    sum = ((sum + numberOf(block) + (1n << BigInt(8 * block.length))) * r) % prime;
  }
  const tag = (sum + numberOf(key.subarray(16, 32))) & ((1n << 128n) - 1n);
  return Buffer.from(tag.toString(16).padStart(32, "0"), "hex").reverse();
}

/** Little-endian. */
function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

function words(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at, true));
}

function bytesOf(list: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * list.length);
  const view = new DataView(bytes.buffer);
  for (const [at, word] of list.entries()) view.setUint32(4 * at, word, true);
  return bytes;
}
