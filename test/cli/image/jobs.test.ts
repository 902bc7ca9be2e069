import { describe, expect, it } from "vitest";
import { jobsOf } from "../../../src/cli/image/jobs.ts";
import { hardpan } from "../../support/cli.ts";
import { temporaryFolder } from "../../support/temporary.ts";

describe("--jobs", () => {
  it("is a number of images, of processors where it is not given", () => {
    expect([jobsOf("1"), jobsOf("12"), jobsOf("999")]).toEqual([1, 12, 999]);
    expect(jobsOf(null)).toBeGreaterThan(0);
  });

  it.each(["0", "x", "1000", "-1", "1.5", "01", ""])("is refused with its bounds: %j", (text) => {
    const message = `--jobs ${text} is not a number from 1 to 999`;
    expect(() => jobsOf(text)).toThrow(expect.objectContaining({ code: "CLI_USAGE", message }));
  });

  it.each([["small:1"], ["small"]])("is checked before %s is built", async (name) => {
    const cache = await temporaryFolder();
    const { exitCode, stderr } = await hardpan(["build", name, "-j", "x", "--offline", "--catalog", cache], { cache });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("--jobs x is not a number from 1 to 999"),
    });
  });
});
