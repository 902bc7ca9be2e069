import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { has, run } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { runAction } from "../run.ts";

const program = "int main(void) { return 42; }\n";

describe.skipIf(!has("strip") || !has("gcc"))("strip@v1 (needs strip and gcc)", () => {
  it("shrinks programs, libraries and objects, which still do their work, and nothing else", async () => {
    const folder = await temporaryFolder();
    const bin = join(folder, "out", "it's $(bin)");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(folder, "main.c"), program);
    for (const [name, ...flags] of [["main"], ["lib.so", "-shared", "-fPIC"], ["main.o", "-c"]] as const) {
      run("gcc", ["-g", ...flags, "-o", join(bin, name), join(folder, "main.c")]);
    }
    chmodSync(join(bin, "main"), 0o555);
    linkSync(join(bin, "main"), join(bin, "again"));
    symlinkSync("main", join(bin, "-link"));
    const text = `\x7fELF is how it starts${"x".repeat(100)}`;
    writeFileSync(join(bin, "-notes.txt"), text);
    const sizes = () => ["main", "lib.so", "main.o"].map((name) => statSync(join(bin, name)).size);
    const before = sizes();

    expect(runAction(folder, "strip@v1", { inputs: { dir: "../out" } })).toEqual({ code: 0, output: "" });
    for (const [index, size] of sizes().entries()) expect(size).toBeLessThan(before[index] ?? 0);
    expect(statSync(join(bin, "main")).mode & 0o777).toBe(0o555);
    expect(readFileSync(join(bin, "-notes.txt"), "utf8")).toBe(text);
    expect(() => run(join(bin, "main"), [])).toThrow(expect.objectContaining({ status: 42 }));
    run("gcc", ["-o", join(folder, "linked"), join(bin, "main.o")]);
  });

  it("gives the same bytes for the same bytes", async () => {
    const folder = await temporaryFolder();
    for (const name of ["a", "b"]) {
      mkdirSync(join(folder, "src", name), { recursive: true });
      copyFileSync("/bin/sh", join(folder, "src", name, "sh"));
      expect(runAction(folder, "strip@v1", { inputs: { dir: name } })).toMatchObject({ code: 0 });
    }
    expect(readFileSync(join(folder, "src/a/sh")).equals(readFileSync(join(folder, "src/b/sh")))).toBe(true);
  });
});

describe("strip@v1", () => {
  it("fails for a folder that is not there", async () => {
    const folder = await temporaryFolder();
    expect(runAction(folder, "strip@v1", { inputs: { dir: "none" } }).code).not.toBe(0);
  });
});
