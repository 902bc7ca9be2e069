import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, sharedCache } from "../support/cli.ts";
import { long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const guide = await readFile(join(root, "docs", "guides", "building.md"), "utf8");

/** The shell commands of the guide, each with the text that is shown below it; "" for none. */
const steps = [...guide.matchAll(/```sh\n([\s\S]*?)```\n(?:\n(?:prints[^\n]*\n\n)?```\n([\s\S]*?)```)?/g)].map(
  ([, script = "", shown = ""]) => ({ script, shown }),
);

/** What needs a registry, images besides those that all tests share, or hours of an empty cache. */
const elsewhere = /registry:|static:|python|--all/;
const here = steps.flatMap(({ script, shown }) => {
  const lines = script.split("\n").filter((line) => !elsewhere.test(line));
  return lines.join("").trim() === "" ? [] : [{ script: lines.join("\n"), shown }];
});

describe.skipIf(missing !== null)(titled("docs/guides/building.md", missing), () => {
  let folder = "";
  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    await mkdir(join(folder, "bin"));
    const program = `#!/bin/sh\nexec "${process.execPath}" "${join(root, "bin", "hardpan.js")}" "$@"\n`;
    await writeFile(join(folder, "bin", "hardpan"), program, { mode: 0o755 });
    await symlink(root, join(folder, "hardpan"));
  }, long);
  afterAll(async () => await removeFolder(folder));

  it.each(here)(
    "shows what comes of $script",
    async ({ script, shown }) => {
      const { exitCode, stdout, stderr } = await shell(script, folder);
      const expected = script.includes("--expect") ? 2 : 0;
      expect({ exitCode, stderr }).toEqual({ exitCode: expected, stderr: expect.any(String) });
      const printed = shapes(stdout);
      expect(shapes(shown).filter((line) => !printed.includes(line))).toEqual([]);
    },
    long,
  );

  it("has commands for every part of the way, of which most run here", () => {
    expect(here.length).toBeGreaterThanOrEqual(6);
    expect(here.filter(({ shown }) => shown !== "").length).toBeGreaterThanOrEqual(3);
  });
});

/** Lines with what differs from day to day taken out of them: digests, sizes, and versions with all tags but the first. */
function shapes(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      line
        .replace(/\b[0-9a-f]{64}\b/g, "HEX")
        .replace(/[\d.]+ (MB|kB)/g, "SIZE")
        .replace(/( as| tags:) .*/, "$1"),
    );
}

async function shell(script: string, folder: string) {
  const environment = { XDG_CACHE_HOME: sharedCache, PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` };
  const options = { cwd: folder, env: { ...process.env, ...environment }, maxBuffer: 1 << 24 };
  return await new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((done) => {
    const child = execFile("sh", ["-e", "-c", script], options, (_, stdout, stderr) =>
      done({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}
