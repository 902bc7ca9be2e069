import { describe, expect, it } from "vitest";
import { formatLocator, parseLocator } from "../../src/oci/locator.ts";
import { parsePlatform } from "../../src/oci/platform.ts";
import { formatReference, parseReference } from "../../src/oci/reference.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const hex = "a".repeat(64);
const names = [
  "node:24",
  `registry.example:5000/team/app__x-y.z:1.0@sha256:${hex}`,
  "[::1]:5000/a/b",
  `oci-dir:///a:b/c@sha256:${hex}`,
  "archive://a#b.tar#team/app:1",
  "catalog://node:24-debian13",
  "linux/arm64/v8",
].map((text) => Buffer.from(text));

describe("names under mutation", () => {
  it("are read, and then survive being printed, or refused with a coded error", async () => {
    const random = seeded(41);
    let read = 0;
    for (let round = 0; round < fuzzRounds(2000); round++) {
      const text = Buffer.from(mutate(names[random(names.length)] ?? Buffer.alloc(0), random)).toString("utf8");
      await readsOrRefuses(() => parsePlatform(text));
      await readsOrRefuses(() => {
        const reference = parseReference(text);
        expect(parseReference(formatReference(reference))).toEqual(reference);
      });
      const done = await readsOrRefuses(() => {
        const locator = parseLocator(text);
        expect(parseLocator(formatLocator(locator))).toEqual(locator);
      });
      if (done) read++;
    }
    expect(read).toBeGreaterThan(0);
  });
});
