import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../support/cli.ts";
import { guideSteps, openGuide } from "./guide.ts";
import { long, missingNetwork, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const steps = guideSteps(await readFile(join(root, "docs", "guides", "comparing.md"), "utf8"));

describe.skipIf(missing !== null)(titled("docs/guides/comparing.md", missing), () => {
  let place: Awaited<ReturnType<typeof openGuide>>;
  beforeAll(async () => {
    await warmUp();
    place = await openGuide();
  }, long);
  afterAll(async () => await removeFolder(place.folder));

  it.each(steps)(
    "works as it shows: $script",
    async ({ script }) => {
      const { exitCode, stdout, stderr } = await place.shell(script);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.any(String) });
      expect(stdout).toContain("Vulnerabilities");
    },
    long,
  );
});
