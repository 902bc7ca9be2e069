import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copy } from "../../../src/content/copy.ts";
import { writeLayout } from "../../../src/content/layout.ts";
import { schemaProblems } from "../../integration/json-schema.ts";
import { findBusybox } from "../../support/busybox.ts";
import { hardpan, startHardpan } from "../../support/cli.ts";
import { engineKinds } from "../../support/engines.ts";
import { run, workingDocker } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { tinyStore } from "../../support/tiny-image.ts";

const missing = process.arch === "x64" ? (engineKinds[0]?.missing ?? null) : "needs amd64";

describe("hardpan check", () => {
  it.each([
    [["check"], "nothing to check"],
    [["check", "a:1", "--all"], "--all checks every image, and some are named"],
    [["check", "a:1", "--cap-drop", "a,b"], "--cap-drop a,b is no capability"],
    [["check", "a:1", "--jobs", "0"], "--jobs 0 is not a number from 1 to 999"],
    [["check", "a:1", "--engine", "rkt"], "Allowed choices are docker, podman"],
  ])("refuses %j before it does anything", async (args, message) => {
    const { exitCode, stderr } = await hardpan(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(message) });
    expect(stderr).toContain("(CLI_USAGE)");
  });
});

describe.skipIf(missing !== null)(`hardpan check in Docker${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  const place = async (spec: string) => {
    const folder = await temporaryFolder();
    const program = findBusybox() ?? new Uint8Array();
    const { store } = await tinyStore({
      layers: [{ "bin/busybox": program }],
      container: { entrypoint: ["/bin/busybox"] },
    });
    await writeLayout(join(folder, "image"), async (target) => {
      await copy(store, target, { reference: "latest", targetReferences: ["1"] });
    });
    await writeFile(join(folder, "check.yaml"), spec);
    return { cwd: folder, cache: join(folder, "cache") };
  };

  it("ends with 0 for an image that does what it must, with 2 for one that does not", async () => {
    const options = await place("checks: [{ name: speaks, command: [echo, hello], output: ^hello$ }]\n");
    const args = ["check", "oci-dir://image:1", "--spec", "check.yaml", "--engine", "docker"];
    const good = await hardpan([...args, "--read-only", "--cap-drop", "cap_net_raw", "--json"], options);
    expect(good.exitCode).toBe(0);
    const report = JSON.parse(good.stdout);
    expect(schemaProblems("check", report)).toEqual([]);
    expect(report).toMatchObject({
      options: { readOnly: true, capDrop: ["NET_RAW"] },
      images: [{ image: { reference: "oci-dir://image:1" }, spec: "check.yaml", result: "passed" }],
    });
    await writeFile(
      join(options.cwd, "check.yaml"),
      "checks: [{ name: speaks, command: [echo, hi], output: ^hello$ }]\n",
    );
    const bad = await hardpan(args, options);
    expect(bad.exitCode).toBe(2);
    expect(bad.stdout).toMatch(
      /^FAIL oci-dir:\/\/image:1 {2}1 of 1 check failed .*\n {2}speaks\n {6}expected output with /,
    );
    expect(bad.stderr).toContain("checking oci-dir://image:1: speaks\n");
  }, 60_000);

  it("ends with 1 when one of several could not be tried, and with its error when that is the only one", async () => {
    const options = await place("checks: [{ name: speaks, command: [echo, hello] }]\n");
    const args = ["check", "--spec", "check.yaml", "local://hardpan-test/absent:1"];
    const both = await hardpan([...args, "oci-dir://image:1"], options);
    expect(both.exitCode).toBe(1);
    expect(both.stdout).toMatch(
      /^FAIL local:.* has no image hardpan-test\/absent:1 .*\nok {3}oci-dir:.*\n2 images: 1 passed, 1 failed/,
    );
    const one = await hardpan(args, options);
    expect(one).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("(ENGINE_IMAGE_ABSENT)") });
  }, 60_000);

  it("leaves nothing in the engine when it is interrupted, also where Ctrl-C comes twice", async () => {
    const options = await place("checks: [{ name: waits, command: [sleep, '600'], steps: [{ log: never }] }]\n");
    const running = startHardpan(["check", "oci-dir://image:1", "--spec", "check.yaml", "--engine", "docker"], options);
    await running.saw("checking oci-dir://image:1: waits");
    running.child.kill("SIGINT");
    setTimeout(() => running.child.kill("SIGINT"), 100);
    expect(await running.finished).toMatchObject({
      exitCode: 130,
      stdout: "",
      stderr: expect.stringContaining("interrupted"),
    });
    const docker = workingDocker() ?? "docker";
    const label = "--filter=label=io.hardpan.check.image=oci-dir://image:1";
    expect(run(docker, ["ps", "--all", "--quiet", label])).toBe("");
    expect(run(docker, ["network", "ls", "--quiet", label])).toBe("");
    expect(run(docker, ["image", "ls", "--quiet", "localhost/hardpan-check/image-1"])).toBe("");
  }, 60_000);
});
