import { execFileSync } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardpan } from "../support/cli.ts";
import { long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = (await missingNetwork()) ?? (await missingMount());

describe.skipIf(missing !== null)(titled("a full disk", missing), () => {
  let folder = "";
  let small = "";
  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    small = join(folder, "small");
    await mkdir(small);
    mount(small);
  }, long);
  afterAll(async () => {
    if (small !== "") execFileSync("umount", [small]);
    await removeFolder(folder);
  });

  it.each(["oci-dir://layout", "archive://node.tar"])(
    "under %s is named, and nothing is left on it",
    async (output) => {
      const reference = output.replace("://", `://${small}/`);
      const { exitCode, stderr, stdout } = await hardpan(["build", "node:24-debian13", "--output", reference]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toContain("(CONTENT_UNWRITABLE");
      expect(stderr).toContain("ENOSPC");
      expect(stderr).toContain(small);
      expect(await readdir(small)).toEqual([]);
    },
  );

  it(
    "under the reports of a trial is named",
    async () => {
      execFileSync("dd", ["if=/dev/zero", `of=${join(small, "filling")}`, "bs=1k", "count=2900"], { stdio: "ignore" });
      const { exitCode, stderr } = await hardpan([
        "trial",
        "examples/node-service",
        "--output",
        join(small, "reports"),
      ]);
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("(CONTENT_UNWRITABLE"),
      });
      execFileSync("rm", ["-rf", join(small, "filling"), join(small, "reports")]);
    },
    long,
  );

  it(
    "under the cache is named, with what to do, and the next run works elsewhere",
    async () => {
      const { exitCode, stderr } = await hardpan(["build", "node:24-debian13"], { cache: small });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/cannot write to the cache/);
      expect(stderr).toContain("XDG_CACHE_HOME");
      expect(stderr).toContain("(CACHE_UNWRITABLE");
      expect(await readdir(join(small, "hardpan", "partial")).catch(() => [])).toEqual([]);
      expect(await hardpan(["build", "node:24-debian13"])).toMatchObject({ exitCode: 0 });
    },
    long,
  );
});

function mount(folder: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "hardpan-test", folder], { stdio: "ignore" });
}

/** Why no small disk can be mounted here; null when it can. */
async function missingMount(): Promise<string | null> {
  if (process.getuid?.() !== 0) return "needs root, to mount a small disk";
  const folder = await newFolder();
  try {
    mount(folder);
    execFileSync("umount", [folder]);
    return null;
  } catch {
    return "no file system can be mounted here";
  } finally {
    await removeFolder(folder);
  }
}
