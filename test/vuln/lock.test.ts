import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { withIndexLock } from "../../src/vuln/lock.ts";
import { temporaryFolder } from "../support/temporary.ts";

const child = fileURLToPath(new URL("lock-child.ts", import.meta.url));

/** A process that holds the lock of `path` until it is killed. */
async function holder(path: string) {
  const process_ = spawn(process.execPath, [child, path], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void process_.kill("SIGKILL"));
  await once(process_.stdout, "data");
  return process_;
}

it("only one at a time changes an index, in the same process too", async () => {
  const path = join(await temporaryFolder(), "new", "index.sqlite");
  let inside = 0;
  let most = 0;
  const work = async (value: number) =>
    await withIndexLock(path, {}, async () => {
      most = Math.max(most, ++inside);
      await pause(5);
      inside--;
      return value;
    });
  expect(await Promise.all([1, 2, 3, 4].map(work))).toEqual([1, 2, 3, 4]);
  expect(most).toBe(1);
});

it("another process is waited for, which is said once, and a killed one leaves nothing to wait for", async () => {
  const path = join(await temporaryFolder(), "index.sqlite");
  const held = await holder(path);
  let waits = 0;
  const done = withIndexLock(path, { waiting: () => waits++ }, async () => "done");
  await pause(300);
  expect(waits).toBe(1);
  held.kill("SIGKILL");
  expect(await done).toBe("done");
});

it("waiting ends when it is no longer wanted", async () => {
  const path = join(await temporaryFolder(), "index.sqlite");
  await holder(path);
  const reason = new Error("stopped");
  const controller = new AbortController();
  const waiting = () => controller.abort(reason);
  const task = withIndexLock(path, { waiting, signal: controller.signal }, async () => "never");
  await expect(task).rejects.toBe(reason);
});

it("a failing task lets go of the lock", async () => {
  const path = join(await temporaryFolder(), "index.sqlite");
  const failure = new Error("failed");
  await expect(withIndexLock(path, {}, async () => await Promise.reject(failure))).rejects.toBe(failure);
  expect(await withIndexLock(path, {}, async () => 1)).toBe(1);
});

it("a place that cannot be locked is refused by name", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "file"), "");
  await mkdir(join(folder, "index.sqlite.lock"));
  for (const path of [join(folder, "file", "index.sqlite"), join(folder, "index.sqlite")]) {
    await expect(withIndexLock(path, {}, async () => 1)).rejects.toMatchObject({
      code: "VULN_INDEX_UNWRITABLE",
      message: expect.stringContaining(path),
    });
  }
});
