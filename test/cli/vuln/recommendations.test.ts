import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { debian, openInBash, writeImages } from "../../flow/vuln/world.ts";
import { ourProblems } from "../../sbom/schema.ts";
import { hardpan } from "../../support/cli.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { feedFolder } from "../../vuln/examples.ts";

async function world() {
  const folder = await temporaryFolder();
  await writeImages(join(folder, "layout"), { app: { layers: [debian] } });
  const environment = { HARDPAN_ADVISORIES: await feedFolder(openInBash) };
  const run = async (...args: readonly string[]) =>
    await hardpan(["recommendations", ...args, "--archive", "never", "--offline"], {
      ...{ cwd: folder, cache: join(folder, "cache"), environment },
    });
  return { folder, run };
}

const app = "oci-dir://layout:app";

describe("hardpan recommendations", () => {
  it("says what would remove how much, and what could not be looked at, as text and as JSON", async () => {
    const { run } = await world();
    const { stdout, exitCode } = await run(app);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^oci-dir:\/\/layout:app\n {2}counted +2: 0C 1H 0M 1L 0N 0\? \(policy all\)\n/);
    expect(stdout).toMatch(/\n1\. update the distribution's packages .*\n {3}counted \d+ → .*\n {3}removes 1.*\n/);
    expect(stdout).toContain("zlib1g 1:1.3-1 → 1:1.3-2 (1)");
    expect(stdout).toMatch(/\nNot considered\n {2}hardened: .*--base\n {2}refresh: .*\n {2}update: /);
    for (const flags of [["--json"], ["--format", "json"]]) {
      const report = JSON.parse((await run(app, ...flags)).stdout);
      expect(ourProblems(report, "recommendations.schema.json")).toEqual([]);
      expect(report).toMatchObject({ schema: "hardpan/recommendations/1", recommendations: [{ kind: "packages" }] });
    }
  });

  it("is narrowed to kinds, and writes to a file in either form", async () => {
    const { folder, run } = await world();
    const file = join(folder, "a.json");
    await run(app, "--only-refresh", "--only-update", "--format", "json", "--output", file);
    const report = JSON.parse(await readFile(file, "utf8"));
    expect(report).toMatchObject({ recommendations: [], notConsidered: [{ kind: "refresh" }, { kind: "update" }] });
    const text = join(folder, "a.txt");
    expect(await run(app, "--only-packages", "-o", text)).toMatchObject({ exitCode: 0, stdout: `${text}\n` });
    expect(await readFile(text, "utf8")).toMatch(/removes 1/);
  });

  it.each([
    [["--tag", "24", "--only-hardened"], "--tag is for updates, which are left out"],
    [["--tag", "no tag"], "--tag no tag is no tag"],
    [["--tag", ""], "is no tag"],
    [["--debian-policy", "snyk"], "snyk"],
    [["--format", "sarif"], "sarif"],
    [["--vex-author", "("], "--vex-author"],
    [["--only-base"], "--only-base"],
  ])("ends with 1 for %j and says why", async (args, message) => {
    const { run } = await world();
    const { exitCode, stdout, stderr } = await run(app, ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain("(CLI_USAGE");
  });

  it("ends with 1 for what is no image", async () => {
    const { run } = await world();
    for (const [reference, code] of [
      ["sbom://bill.json", "FLOW_UNSUPPORTED_REFERENCE"],
      ["fs://.", "FLOW_UNSUPPORTED_REFERENCE"],
      ["oci-dir://absent", "CONTENT_NOT_FOUND"],
    ] as const) {
      expect(await run(reference)).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(code) });
    }
    expect(await run()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("missing required argument") });
  });
});
