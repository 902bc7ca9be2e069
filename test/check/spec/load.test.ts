import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadSpec } from "../../../src/check/spec/load.ts";
import { temporaryFolder } from "../../support/temporary.ts";

async function folderWith(source: string): Promise<string> {
  const folder = join(await temporaryFolder(), "spec");
  await mkdir(join(folder, "below"), { recursive: true });
  await writeFile(join(folder, "check.yaml"), `checks: [{ name: a, files: [{ path: /a, source: ${source} }] }]\n`);
  return folder;
}

const load = async (folder: string) => await loadSpec(join(folder, "check.yaml"), { shown: "the check.yaml" });

describe("loading a run verification", () => {
  it("brings the files that lie below its folder", async () => {
    const folder = await folderWith("below/script");
    await writeFile(join(folder, "below", "script"), "a script");
    const spec = await load(folder);
    expect(spec?.checks[0]?.container.files[0]?.content.toString()).toBe("a script");
  });

  it("gives null where there is none", async () => {
    expect(await load(await temporaryFolder())).toBeNull();
    expect(await loadSpec("/etc/passwd/check.yaml", { shown: "x" })).toBeNull();
  });

  it("refuses what is no file", async () => {
    const folder = await temporaryFolder();
    await expect(loadSpec(folder, { shown: "a folder" })).rejects.toMatchObject({
      code: "CHECK_SPEC_INVALID",
      message: "a folder cannot be read (EISDIR)",
    });
  });

  it.each([
    ["a file above its folder", "../outside", "must be below the folder of this file"],
    ["a link that leads out", "link", "must be below the folder of this file"],
    ["a folder", "below", "must be a file"],
    ["a file that is not there", "absent", "cannot be read: ENOENT"],
    ["a file that is too large", "large", "is larger than 16 MiB"],
  ])("refuses %s, with its place", async (_, source, problem) => {
    const folder = await folderWith(source);
    await writeFile(join(folder, "..", "outside"), "");
    await symlink("../outside", join(folder, "link"));
    await writeFile(join(folder, "large"), "");
    await truncate(join(folder, "large"), 16 * 1024 * 1024 + 1);
    await expect(load(folder)).rejects.toMatchObject({
      code: "CHECK_SPEC_INVALID",
      message: `the check.yaml:1:49: checks[0].files[0].source: ${problem}`,
    });
  });
});
