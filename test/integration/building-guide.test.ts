import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../support/cli.ts";
import { guideSteps, openGuide } from "./guide.ts";
import { long, missingNetwork, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const guide = await readFile(join(root, "docs", "guides", "building.md"), "utf8");

const steps = guideSteps(guide);

/** What needs a registry, images besides those that all tests share, or hours of an empty cache. */
const elsewhere = /registry:|static:|python|--all/;
const here = steps.flatMap(({ script, shown }) => {
  const lines = script.split("\n").filter((line) => !elsewhere.test(line));
  return lines.join("").trim() === "" ? [] : [{ script: lines.join("\n"), shown }];
});

describe.skipIf(missing !== null)(titled("docs/guides/building.md", missing), () => {
  let place: Awaited<ReturnType<typeof openGuide>>;
  beforeAll(async () => {
    await warmUp();
    place = await openGuide();
  }, long);
  afterAll(async () => await removeFolder(place.folder));

  it.each(here)(
    "shows what comes of $script",
    async ({ script, shown }) => {
      const { exitCode, stdout, stderr } = await place.shell(script);
      const expected = script.includes("--expect") ? 2 : 0;
      expect({ exitCode, stderr }).toEqual({ exitCode: expected, stderr: expect.any(String) });
      const printed = shapes(stdout);
      expect(shapes(shown).filter((line) => !printed.includes(line))).toEqual([]);
    },
    long,
  );

  it("has commands for every part of the way, of which most run here", () => {
    expect(here.length).toBeGreaterThanOrEqual(6);
    expect(here.filter(({ shown }) => shown !== "").length).toBeGreaterThanOrEqual(3);
  });
});

/** Lines with what differs from day to day taken out of them: digests, sizes, and versions with all tags but the first. */
function shapes(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      line
        .replace(/\b[0-9a-f]{64}\b/g, "HEX")
        .replace(/[\d.]+ (MB|kB)/g, "SIZE")
        .replace(/( as| tags:) .*/, "$1"),
    );
}
