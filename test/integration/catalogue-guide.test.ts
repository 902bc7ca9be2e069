import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { root } from "../support/cli.ts";
import { lines, osvDebian } from "../vuln/examples.ts";
import { expectShown, guideSteps, openGuide } from "./guide.ts";
import { long, missingNetwork, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const guide = await readFile(join(root, "docs", "guides", "catalogue.md"), "utf8");
const steps = guideSteps(guide);

describe.skipIf(missing !== null)(titled("docs/guides/catalogue.md", missing), () => {
  let place: Awaited<ReturnType<typeof openGuide>>;
  beforeAll(async () => {
    await warmUp();
    // Advisories that say nothing of the images here.
    place = await openGuide({ HARDPAN_ADVISORIES: "advisories" });
    await mkdir(join(place.folder, "advisories"));
    const feed = lines(osvDebian("CVE-2026-0001", { bash: "1.0-1" }, { ecosystem: "Debian:11" }));
    await writeFile(join(place.folder, "advisories", "debian.ndjson"), feed);
  }, long);
  afterAll(async () => await removeFolder(place.folder));

  it.each(steps)(
    "shows what comes of $script",
    async (step) => {
      expect(await expectShown(place, step)).toMatch(/\S/);
    },
    long,
  );
});

describe("docs/guides/catalogue.md", () => {
  it("shows output for what it explains", () => {
    expect(steps.filter(({ shown }) => shown !== "")).toHaveLength(2);
  });

  it("has every filter that the command has", () => {
    const { options = [] } = commands.find(({ name }) => name === "catalog list") ?? {};
    const filters = options.flatMap(({ form }) => /^--[a-z]+/.exec(form) ?? []);
    const others = ["--catalog", "--offline", "--advisories"];
    expect(filters.filter((name) => !others.includes(name) && !guide.includes(`\`${name}`))).toEqual([]);
  });
});
