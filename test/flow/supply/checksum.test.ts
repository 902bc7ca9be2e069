import { describe, expect, it } from "vitest";
import { checksumFor, parseChecksum } from "../../../src/flow/supply/checksum.ts";

const [a, b, c] = ["aa".repeat(32), "bb".repeat(32), "cc".repeat(64)];
const url = "https://h/dist/x-1.0.tar.gz?mirror=1";

describe("the checksum of a definition", () => {
  it.each([
    [`sha256:${a}`, { kind: "sha256", hex: a }],
    [`SHA256:${a.toUpperCase()}`, { kind: "sha256", hex: a }],
    [a, { kind: "sha256", hex: a }],
    [`sha512:${c}`, { kind: "sha512", hex: c }],
    [c, { kind: "sha512", hex: c }],
    ["01".repeat(20), { kind: "commit", hex: "01".repeat(20) }],
    ["https://h/SHA256SUMS", { kind: "file", url: "https://h/SHA256SUMS" }],
  ])("may be %s", (text, expected) => {
    expect(parseChecksum(text, url)).toEqual(expected);
  });

  it.each([
    `sha256:${c}`,
    `sha512:${a}`,
    "sha1:01",
    `md5:${"0".repeat(32)}`,
    "0".repeat(32),
    "http://h/SUMS",
    "file:///SUMS",
    "UNKNOWN",
  ])("may not be %s", (text) => {
    const refused = expect.objectContaining({
      code: "FLOW_FILE_INVALID",
      message: expect.stringContaining(text),
      hint: expect.any(String),
    });
    expect(() => parseChecksum(text, url)).toThrow(refused);
  });
});

describe("a checksum file", () => {
  it.each<readonly [string, string, string]>([
    ["of one hash alone", `${a}\n`, a],
    ["of one hash with its algorithm", `sha256:${a}`, a],
    ["of one line", `${a}  x-1.0.tar.gz\n`, a],
    ["of one line about its standard input", `${a}  -\n`, a],
    ["in binary mode with Windows line ends", `${b} *y.tar.gz\r\n${a} *x-1.0.tar.gz\r\n`, a],
    ["with many files", `${b}  x-1.0.tar.gz.asc\n${a}  x-1.0.tar.gz\n${b}  x-1.0.zip\n`, a],
    ["with paths", `${b}  old/y\n${a}  ./x-1.0.tar.gz\n`, a],
    ["where only a longer path ends in its name", `${a}  dist/v1/x-1.0.tar.gz\n`, a],
    ["with its exact name and a longer path", `${b}  other/x-1.0.tar.gz\n${a}  x-1.0.tar.gz\n`, a],
    ["as BSD writes it", `SHA256 (x-1.0.tar.gz) = ${a}\nSHA256 (y) = ${b}\n`, a],
    ["with a stronger one besides", `SHA256 (x-1.0.tar.gz) = ${a}\nSHA512 (x-1.0.tar.gz) = ${c}\n`, c],
    ["with the same line twice", `${a}  x-1.0.tar.gz\n${a}  x-1.0.tar.gz\n`, a],
    ["in capitals", `${a.toUpperCase()}  x-1.0.tar.gz`, a],
    [
      "inside a signed message",
      `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${a}  x-1.0.tar.gz\n-----BEGIN PGP SIGNATURE-----\n`,
      a,
    ],
  ])("%s is read", (_, text, hex) => {
    const kind = hex === c ? "sha512" : "sha256";
    expect(checksumFor(url, { url: "https://h/SUMS", text })).toEqual({ kind, hex });
  });

  it.each([
    ["is empty", ""],
    ["is a page", "<html>not found</html>"],
    ["has other files", `${a}  y.tar.gz\n${b}  x-1.0.tar.gz.asc\n`],
    ["has one other file", `${a}  y.tar.gz\n`],
    ["has hashes without names", `${a}\n${b}\n`],
    ["has two for it", `${a}  x-1.0.tar.gz\n${b}  x-1.0.tar.gz\n`],
    ["has only a weak one", `${"0".repeat(40)}  x-1.0.tar.gz\n`],
  ])("that %s is refused", (_, text) => {
    const refused = expect.objectContaining({
      code: "FLOW_FILE_INVALID",
      message: expect.stringMatching(/^https:\/\/h\/SUMS .*x-1\.0\.tar\.gz/),
    });
    expect(() => checksumFor(url, { url: "https://h/SUMS", text })).toThrow(refused);
  });
});
