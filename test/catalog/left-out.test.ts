import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadLeftOut } from "../../src/catalog/left-out.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("what a catalogue leaves out", () => {
  it("is read with the reason for each, in the file's order", async () => {
    const folder = await temporaryFolder();
    expect(await loadLeftOut(folder)).toEqual([]);
    await writeFile(
      join(folder, "left-out.yaml"),
      "- {name: vault, reason: Debian has none.}\n- {name: b, reason: c}\n",
    );
    expect(await loadLeftOut(folder)).toEqual([
      { name: "vault", reason: "Debian has none." },
      { name: "b", reason: "c" },
    ]);
  });

  it("must have a reason each", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "left-out.yaml"), "- name: vault\n");
    await expect(loadLeftOut(folder)).rejects.toThrow(/left-out\.yaml:1:3: .*reason.*missing/);
  });
});
