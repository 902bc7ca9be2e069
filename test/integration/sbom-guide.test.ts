import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { sbomFormats } from "../../src/sbom/formats.ts";
import { root } from "../support/cli.ts";
import { expectShown, guideSteps, openGuide } from "./guide.ts";
import { long, missingNetwork, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const guide = await readFile(join(root, "docs", "guides", "sbom.md"), "utf8");
const steps = guideSteps(guide);

describe.skipIf(missing !== null)(titled("docs/guides/sbom.md", missing), () => {
  let place: Awaited<ReturnType<typeof openGuide>>;
  beforeAll(async () => {
    await warmUp();
    place = await openGuide();
  }, long);
  afterAll(async () => await removeFolder(place.folder));

  it.each(steps)(
    "shows what comes of $script",
    async (step) => {
      await expectShown(place, step);
    },
    long,
  );
});

describe("docs/guides/sbom.md", () => {
  it("shows output for most of its commands", () => {
    expect(steps.length).toBeGreaterThanOrEqual(6);
    expect(steps.filter(({ shown }) => shown !== "").length).toBeGreaterThanOrEqual(5);
  });

  it("has every format and every form of a reference that the command has", () => {
    const named = new Set(
      [...guide.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`]+)`/g)].map((match) => match[1]),
    );
    const unversioned = sbomFormats.filter((format) => format !== "spdx-json@2.3" && format !== "cyclonedx-json@1.6");
    expect(unversioned.filter((format) => !named.has(format))).toEqual([]);
    const { description = "" } = commands.find(({ name }) => name === "sbom") ?? {};
    const schemes = [...description.matchAll(/^ +([a-z-]+:\/\/)/gm)].map((match) => match[1] ?? "");
    expect(schemes.length).toBeGreaterThanOrEqual(8);
    expect(schemes.filter((scheme) => ![...named].some((text) => text?.startsWith(scheme)))).toEqual([]);
  });
});
