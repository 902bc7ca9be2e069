import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseSpec } from "../../src/check/spec/read.ts";
import { root } from "../support/cli.ts";
import { dockerProgram } from "../support/docker.ts";
import { guideShapes, guideSteps, openGuide } from "./guide.ts";
import { long, missingNetwork, removeFolder, titled, warmUp } from "./shared.ts";

const missing = (await missingNetwork()) ?? (dockerProgram === null ? "needs a docker engine" : null);
const guide = await readFile(join(root, "docs", "guides", "checking.md"), "utf8");
const steps = guideSteps(guide);
const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
const [own = ""] = examples;

describe("docs/guides/checking.md", () => {
  it.each(examples)("has an example that is a check.yaml: %s", (text) => {
    const source = () => ({ problem: "is not in the guide" });
    expect(parseSpec(text, { file: "check.yaml", source }).checks.length).toBeGreaterThan(0);
  });
});

describe.skipIf(missing !== null)(titled("the commands of docs/guides/checking.md", missing), () => {
  let place: Awaited<ReturnType<typeof openGuide>>;
  beforeAll(async () => {
    await warmUp();
    place = await openGuide();
    await writeFile(join(place.folder, "check.yaml"), own);
  }, long);
  afterAll(async () => await removeFolder(place?.folder ?? ""));

  it.each(steps.filter(({ shown }) => shown !== ""))(
    "do what is shown: $script",
    async ({ script, shown }) => {
      const { exitCode, stdout } = await place.shell(script);
      expect(guideShapes(stdout)).toEqual(guideShapes(shown));
      expect(exitCode).toBe(0);
    },
    120_000,
  );

  it("show what is not as expected, and end with 2", async () => {
    const [, change = "", shown = ""] = /`(body: [^`]*)`:\n\n```\n([\s\S]*?)```/.exec(guide) ?? [];
    await writeFile(join(place.folder, "check.yaml"), own.replace(/body: .*/, change));
    const { exitCode, stdout } = await place.shell("hardpan check catalog://node:24-debian13 --spec check.yaml");
    expect(guideShapes(stdout)).toEqual(guideShapes(shown));
    expect(exitCode).toBe(2);
  }, 120_000);

  it("list what a run has left", async () => {
    const { exitCode } = await place.shell(steps.at(-1)?.script ?? "exit 1");
    expect(exitCode).toBe(0);
  });
});
