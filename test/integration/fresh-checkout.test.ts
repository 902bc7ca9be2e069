import { cp, mkdir, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, olderNode, root } from "../support/cli.ts";
import { has } from "../support/program.ts";
import { long, missingNetwork, newFolder, removeFolder, thorough, titled } from "./shared.ts";

const missing =
  (thorough ? null : "takes minutes: runs with HARDPAN_TEST_ALL=1") ??
  (has("git") && has("npm") ? null : "needs git and npm") ??
  (await missingNetwork());

describe.skipIf(missing !== null)(titled("a fresh checkout", missing), () => {
  let folder = "";
  const at = (...names: readonly string[]) => join(folder, ...names);

  beforeAll(async () => {
    folder = await newFolder();
    const listed = await execute("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
    for (const name of listed.split("\0").filter((text) => text !== "")) {
      if ((await stat(join(root, name)).catch(() => null)) === null) continue;
      await mkdir(dirname(at("checkout", name)), { recursive: true });
      await cp(join(root, name), at("checkout", name));
    }
  }, long);
  afterAll(async () => await removeFolder(folder));

  /** Runs `npm run trial` with nothing of this checkout on PATH, an older Node first where there is one; gives seconds. */
  async function trial(): Promise<number> {
    const older = olderNode();
    const path = (process.env["PATH"] ?? "").split(":").filter((part) => !part.startsWith(root.replace(/\/$/, "")));
    const environment = {
      PATH: [...(older === null ? [] : [dirname(older)]), ...path].join(":"),
      XDG_CACHE_HOME: at("cache"),
    };
    const started = performance.now();
    await execute("npm", ["run", "trial"], { cwd: at("checkout"), environment });
    return (performance.now() - started) / 1000;
  }

  it(
    "makes the report within 5 minutes, and within 15 seconds the second time",
    async () => {
      expect(await trial()).toBeLessThan(300);
      expect(await readdir(at("checkout", "hardpan-trial", "node-service"))).toContain("report.html");
      const installed = await stat(at("checkout", "node_modules"));
      expect(await trial()).toBeLessThan(15);
      expect((await stat(at("checkout", "node_modules"))).mtimeMs).toBe(installed.mtimeMs);
    },
    long,
  );
});
