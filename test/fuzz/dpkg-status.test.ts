import { describe, expect, it } from "vitest";
import { readStatus } from "../../src/scan/dpkg/status.ts";
import { statusStanza } from "../scan/tree.ts";
import { fuzzRounds, mutate, seeded } from "./mutate.ts";

const status = Buffer.from(
  [
    statusStanza({ Package: "libc6", Version: "2.41-12+b1", Source: "glibc (2.41-12)", "Multi-Arch": "same" }),
    statusStanza({ Package: "gone", Version: "1", Status: "deinstall ok config-files" }),
    statusStanza({ Package: "curl", Version: "1:8-2", Depends: "libc6 (>= 2), a | b, c:any", Provides: "x (= 1)" }),
  ].join("\n"),
);

describe("dpkg's status file under mutation", () => {
  it("gives the same in pieces of any size, and never fails", () => {
    const random = seeded(32);
    let read = 0;
    for (let round = 0; round < fuzzRounds(500); round++) {
      const bytes = mutate(status, random);
      const whole = readInPieces(bytes, () => bytes.length);
      expect(readInPieces(bytes, () => 1 + random(40))).toEqual(whole);
      expect(readInPieces(bytes, () => 1)).toEqual(whole);
      if (whole !== null && whole.packages.length > 0) read++;
    }
    expect(read).toBeGreaterThan(100);
  });
});

function readInPieces(bytes: Uint8Array, size: () => number): ReturnType<ReturnType<typeof readStatus>["end"]> {
  const reader = readStatus();
  for (let at = 0; at < bytes.length; ) {
    const length = size();
    const piece = new Uint8Array(bytes.subarray(at, at + length));
    reader.write(piece);
    piece.fill(0x0a);
    at += length;
  }
  return reader.end();
}
