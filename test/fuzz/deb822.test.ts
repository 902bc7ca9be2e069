import { describe, expect, it } from "vitest";
import { fromBytes } from "../../src/archive/bytes.ts";
import { licensesOf } from "../../src/debian/copyright.ts";
import { parseIndexedPackage } from "../../src/debian/packages.ts";
import { parseRelease } from "../../src/debian/release.ts";
import { parseStanzas, readStanzas } from "../../src/debian/stanza.ts";
import { installedPackage } from "../../src/debian/status.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const sum = "a".repeat(64);
const packages = Buffer.from(
  `Package: a\nVersion: 1:2-3+b1\nArchitecture: amd64\nSource: b (2-3)\nDescription: one\n two\n .\n three\nFilename: pool/a.deb\nSize: 12\nSHA256: ${sum}\nLicense: GPL-2+\n\nPackage: c\nStatus: install ok installed\nVersion: 1\nArchitecture: all\nDate: Sat, 15 Nov 2025 10:03:32 UTC\nSHA256:\n ${sum} 12 main/x\n`,
);

describe("control data under mutation", () => {
  it("is read alike whole and in pieces, or refused with a coded error", async () => {
    const random = seeded(3);
    let read = 0;
    for (let round = 0; round < fuzzRounds(600); round++) {
      const bytes = mutate(packages, random);
      const text = new TextDecoder().decode(bytes);
      const whole: unknown[] = [];
      const streamed: unknown[] = [];
      const one = await readsOrRefuses(() => {
        for (const stanza of parseStanzas(text)) whole.push([stanza.line, stanza.fields]);
      });
      const other = await readsOrRefuses(async () => {
        const cut = random(bytes.length);
        const source = fromBytes(bytes.subarray(0, cut), bytes.subarray(cut));
        for await (const stanza of readStanzas(source, { what: "it", limit: 1 << 20 }))
          streamed.push([stanza.line, stanza.fields]);
      });
      expect(one).toBe(other);
      if (one) expect(streamed).toEqual(whole);
      if (one) read++;
      await readsOrRefuses(() => [...parseStanzas(text)].map((stanza) => installedPackage(stanza, "status")));
      await readsOrRefuses(() => parseRelease(text.split("\n\n").at(-1) ?? "", "Release"));
      await readsOrRefuses(() => [...parseStanzas(text)].map((stanza) => parseIndexedPackage(stanza)));
      licensesOf(text);
    }
    expect(read).toBeGreaterThan(0);
  });
});
