import { describe, expect, it } from "vitest";
import { parseDirectUrl } from "../../src/scan/python/direct-url.ts";
import { parseMetadata } from "../../src/scan/python/metadata.ts";
import { requiredNamesOfEgg } from "../../src/scan/python/requires.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const metadata = Buffer.from(`Metadata-Version: 2.1
Name: requests
Version: 2.28.1
License: Apache 2.0
Author: Kenneth Reitz
Author-email: "Reitz, Kenneth" <me@example.net>, other@example.net
Classifier: License :: OSI Approved :: Apache Software License
Classifier: License :: OSI Approved :: MIT License
Description: folded
        over lines
Requires-Dist: charset-normalizer (<3,>=2)
Requires-Dist: PySocks (!=1.5.7,>=1.5.6) ; extra == 'socks'

# Requests
`);
const requires = Buffer.from("six>=1\n\n[socks]\nPySocks\n\n[:python_version < '3']\nenum34\n");
const directUrl = Buffer.from(
  '{"url":"https://u:p@example.net/x","vcs_info":{"vcs":"git","commit_id":"abc"},"dir_info":{}}',
);

describe("metadata of Python packages under mutation", () => {
  it("is read or refused with a coded error", async () => {
    const random = seeded(41);
    let read = 0;
    for (let round = 0; round < fuzzRounds(2000); round++) {
      if (await readsOrRefuses(() => parseMetadata(mutate(metadata, random).toString()))) read++;
      requiredNamesOfEgg(mutate(requires, random).toString());
      parseDirectUrl(mutate(directUrl, random).toString());
    }
    expect(read).toBeGreaterThan(500);
  });

  it("ends soon, however long its lines", () => {
    for (const piece of ["a", "\n ", "-", "\t", ";extra", "a:", '"', "License :: "]) {
      const long = piece.repeat(2 ** 15 / piece.length);
      const text = `Name: x\nVersion: 1\nLicense: ${long}\nAuthor: ${long}\nAuthor-email: ${long}\nRequires-Dist: ${long}\nClassifier: ${long}\n`;
      const start = performance.now();
      expect(parseMetadata(text.replaceAll("\n\n", "\n")).name).toBe("x");
      expect(performance.now() - start).toBeLessThan(2000);
    }
  });
});
