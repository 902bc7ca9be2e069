import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { debian, debianLayer, openInBash, writeImages } from "../../flow/vuln/world.ts";
import { ourProblems } from "../../sbom/schema.ts";
import { hardpan } from "../../support/cli.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { feedFolder } from "../../vuln/examples.ts";

async function world() {
  const folder = await temporaryFolder();
  const own = debianLayer({ bash: "5.2-1", zlib1g: { version: "1:1.3-1.1", source: "zlib" } });
  await writeImages(join(folder, "layout"), { base: { layers: [debian] }, app: { layers: [debian, own] } });
  const environment = { HARDPAN_ADVISORIES: await feedFolder(openInBash) };
  const quickview = async (...args: readonly string[]) =>
    await hardpan(["quickview", ...args, "--archive", "never"], {
      cwd: folder,
      cache: join(folder, "cache"),
      environment,
    });
  return { folder, quickview };
}

describe("hardpan quickview", () => {
  it("and hardpan compare go by docker scout's short names too", async () => {
    for (const [short, long] of [
      ["qv", "quickview"],
      ["diff", "compare"],
    ] as const) {
      const { stdout, exitCode } = await hardpan([short, "--help"]);
      expect([exitCode, stdout.split("\n")[0]]).toEqual([0, expect.stringContaining(`hardpan ${long}|${short} `)]);
    }
  });

  it("prints the counts of image, base and what is on top, as text and as JSON that docs/schema describes", async () => {
    const { quickview } = await world();
    const args = ["oci-dir://layout:app", "--base", "oci-dir://layout:base"];
    const { stdout, exitCode } = await quickview(...args);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {2}Image +0C +1H +0M +1L +0N +0\? {2}oci-dir:\/\/layout:app/);
    expect(stdout).toMatch(/\n {2}Base image +0C +1H +0M +0L .*oci-dir:\/\/layout:base.*\n {2}On top +0C +0H +0M +1L /);
    const view = JSON.parse((await quickview(...args, "--json")).stdout);
    expect(ourProblems(view, "quickview.schema.json")).toEqual([]);
    expect(view.rows.map(({ part }: { part: string }) => part)).toEqual(["image", "base", "own"]);
  });

  it("counts by a policy, chooses with --ref, and writes to a file in either form", async () => {
    const { folder, quickview } = await world();
    const file = join(folder, "view.json");
    const written = await quickview(
      "oci-dir://layout",
      "--ref",
      "base",
      "--debian-policy",
      "trivy",
      "--json",
      "-o",
      file,
    );
    expect(written.exitCode).toBe(0);
    const view = JSON.parse(await readFile(file, "utf8"));
    expect(view).toMatchObject({ policy: "trivy", rows: [{ part: "image", vulnerabilities: { total: 2 } }] });
    const text = join(folder, "view.txt");
    expect(await quickview("oci-dir://layout:base", "--output", text)).toMatchObject({
      exitCode: 0,
      stdout: `${text}\n`,
    });
    expect(await readFile(text, "utf8")).toContain("What next\n  hardpan cves oci-dir://layout:base\n");
  });

  it.each([
    [["oci-dir://absent"], "(CONTENT_NOT_FOUND)"],
    [["oci-dir://layout:app", "--vex-author", "["], "(CLI_USAGE"],
    [["oci-dir://layout:app", "--debian-policy", "snyk"], "(CLI_USAGE)"],
  ])("ends with 1 for %j", async (args, code) => {
    const { quickview } = await world();
    expect(await quickview(...args)).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(code) });
  });
});
