import { describe, expect, it } from "vitest";
import { parseRelease } from "../../src/debian/release.ts";

const sum = "a".repeat(64);
const other = "b".repeat(64);
const text = `Origin: Debian
Label: Debian
Suite: stable-updates
Codename: trixie-updates
Version: 13.7
Date: Sat, 15 Nov 2025 10:03:32 UTC
Valid-Until: Sat, 22 Nov 2025 10:03:32 UTC
Acquire-By-Hash: yes
Architectures: all amd64 arm64
Components: main contrib non-free-firmware
MD5Sum:
 d41d8cd98f00b204e9800998ecf8427e 0 main/binary-all/Packages
SHA256:
 ${sum}        0 main/binary-all/Packages
 ${other} 12345 main/binary-amd64/Packages.xz
`;
const invalid = (message: RegExp) =>
  expect.objectContaining({ code: "DEBIAN_RELEASE_INVALID", message: expect.stringMatching(message) });
const withDate = (date: string) => parseRelease(text.replace(/^Date: .*$/m, `Date: ${date}`), "Release").date;

describe("parseRelease", () => {
  it("reads what a suite says of itself, and SHA-256 only", () => {
    const { files, ...rest } = parseRelease(text, "InRelease");
    expect(rest).toEqual({
      origin: "Debian",
      label: "Debian",
      suite: "stable-updates",
      codename: "trixie-updates",
      version: "13.7",
      date: "2025-11-15T10:03:32Z",
      validUntil: "2025-11-22T10:03:32Z",
      acquireByHash: true,
      notAutomatic: false,
      separateAll: true,
      architectures: ["all", "amd64", "arm64"],
      components: ["main", "contrib", "non-free-firmware"],
    });
    expect([...files]).toEqual([
      ["main/binary-all/Packages", { sha256: sum, size: 0 }],
      ["main/binary-amd64/Packages.xz", { sha256: other, size: 12345 }],
    ]);
  });

  it("leaves null what is absent", () => {
    expect(parseRelease("Date: Sat, 15 Nov 2025 10:03:32 UTC\n", "Release")).toMatchObject({
      origin: null,
      version: null,
      validUntil: null,
      acquireByHash: false,
      architectures: [],
      files: new Map(),
    });
  });

  it.each([
    ["Sat, 01 Feb 2025 00:00:00 UTC", "2025-02-01T00:00:00Z"],
    ["Sat, 1 Feb 2025 00:00:00 UTC", "2025-02-01T00:00:00Z"],
    ["Thu, 29 Feb 2024 23:59:59 +0000", "2024-02-29T23:59:59Z"],
    ["Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59Z"],
  ])("reads the date %s", (date, expected) => {
    expect(withDate(date)).toBe(expected);
  });

  it.each([
    "",
    "yesterday",
    "Sat, 30 Feb 2025 00:00:00 UTC",
    "Sat, 15 Nov 2025 24:00:00 UTC",
    "Sat, 15 Nov 2025 10:03:32 CET",
    "Sat, 15 Nov 2025 10:03:32 +0100",
    "2025-11-15T10:03:32Z",
    "Sat, 15 Foo 2025 10:03:32 UTC",
  ])("refuses the date %j", (date) => {
    expect(() => withDate(date)).toThrow(invalid(/has the unreadable date/));
  });

  it("refuses a file without a date", () => {
    expect(() => parseRelease("Suite: x\n", "Release")).toThrow(invalid(/^Release has no Date/));
  });

  it.each(["../x", "/x", "a/../x", "a//b", "./a", ".."])("refuses the path %s", (path) => {
    expect(() => parseRelease(text.replace("main/binary-amd64/Packages.xz", path), "Release")).toThrow(
      invalid(/unfit SHA256 line/),
    );
  });

  it.each([`${sum.slice(1)} 1 a`, `${sum} x a`, `${sum} 1`, `${sum} -1 a`, `${sum} 1 a b`, `${sum.toUpperCase()} 1 a`])(
    "refuses the line %s",
    (line) => {
      expect(() => parseRelease(`${text} ${line}\n`, "Release")).toThrow(invalid(/unfit SHA256 line/));
    },
  );

  it("refuses one path with two hashes", () => {
    expect(() => parseRelease(`${text} ${sum} 12345 main/binary-amd64/Packages.xz\n`, "Release")).toThrow(
      invalid(/lists main\/binary-amd64\/Packages.xz twice/),
    );
  });
});
