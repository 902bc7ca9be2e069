import { describe, expect, it } from "vitest";
import { execProgram } from "../../src/engine/exec.ts";

const bytes = 1000;
const printing = [
  "-e",
  "for (let at = 0; at < 100_000; at += 1) console.log(at); console.error('done'); process.exitCode = 3",
];

describe("running a program", () => {
  it.each([
    ["start", /^0\n1\n2\n/],
    ["end", /\n99998\n99999\n$/],
  ] as const)("keeps what is to be kept from the %s, and does not end what writes more", async (from, kept) => {
    const result = await execProgram(process.execPath, printing, { keep: { bytes, from } });
    expect(result).toMatchObject({ exitCode: 3, stderr: "done\n", startError: null, timedOut: false });
    expect(result.stdout).toHaveLength(bytes);
    expect(result.stdout).toMatch(kept);
  });

  it("pipes text into it", async () => {
    for (const options of [{}, { keep: { bytes, from: "start" as const } }]) {
      expect(await execProgram("cat", [], { input: "piped", ...options })).toMatchObject({
        stdout: "piped",
        exitCode: 0,
      });
      expect(await execProgram("cat", [], options)).toMatchObject({ stdout: "", exitCode: 0 });
    }
    expect((await execProgram("cat", [], { input: Uint8Array.of(0x61) })).stdout).toBe("a");
    // Who does not read what is piped in ends all the same.
    expect(await execProgram("true", [], { input: "x".repeat(1_000_000) })).toMatchObject({ exitCode: 0 });
  });

  it("ends it after its time, and keeps what it wrote until then", async () => {
    const script = ["-e", "console.log('begun'); setInterval(() => {}, 1000)"];
    const result = await execProgram(process.execPath, script, { keep: { bytes, from: "start" }, timeout: 1500 });
    expect(result).toMatchObject({ exitCode: null, timedOut: true, stdout: "begun\n" });
  });

  it("says why it could not be started", async () => {
    const result = await execProgram("a-program-that-is-not-installed", [], { keep: { bytes, from: "start" } });
    expect(result).toMatchObject({ exitCode: null, startError: "ENOENT" });
  });

  it("throws the reason for which it is no longer wanted", async () => {
    const signal = AbortSignal.timeout(300);
    const running = execProgram("sleep", ["60"], { keep: { bytes, from: "start" }, signal });
    await expect(running).rejects.toMatchObject({ name: "TimeoutError" });
  });
});
