import { describe, expect, it } from "vitest";
import { commandMismatch, textMismatch } from "../../src/check/expectation.ts";
import type { Expectation } from "../../src/check/spec/model.ts";
import type { CommandEnd } from "../../src/engine/container.ts";

const anyEnd: Expectation = { exitCodes: [0], output: null, notOutput: null, errorOutput: null };
const ended: CommandEnd = { exitCode: 0, stdout: "one\ntwo\n", stderr: "a warning\n", error: null };
const mismatch = (end: Partial<CommandEnd>, expectation: Partial<Expectation>) =>
  commandMismatch({ ...ended, ...end }, { ...anyEnd, ...expectation }, 60);

describe("a command", () => {
  it.each<[string, Partial<CommandEnd>, Partial<Expectation>]>([
    ["with an exit code that is expected", { exitCode: 3 }, { exitCodes: [0, 3] }],
    ["with lines that are expected", {}, { output: /^two$/m, errorOutput: /^a/m, notOutput: /three/m }],
    ["that prints nothing, as is expected", { stdout: "" }, { output: /^$/m }],
    ["that prints no more than a line end", { stdout: "\n" }, { output: /^$/m }],
    ["that cannot be started, as is expected", { exitCode: 127, error: "not found" }, { exitCodes: [127] }],
  ])("%s is as it should be", (_, end, expectation) => {
    expect(mismatch(end, expectation)).toBeNull();
  });

  it.each<[Partial<CommandEnd>, Partial<Expectation>, string, string]>([
    [{ exitCode: 1 }, {}, "exit code 0", 'exit code 1, having written "a warning"'],
    [{ exitCode: 1, stderr: "" }, {}, "exit code 0", 'exit code 1, having written "one\\ntwo"'],
    [{}, { exitCodes: [1, 2] }, "exit code 1 or 2", 'exit code 0, having written "a warning"'],
    [{ exitCode: null }, {}, "ends within 60 s", 'ran on, having written "a warning"'],
    [{ exitCode: 127, error: "no x" }, {}, "exit code 0", "could not be started: no x"],
    [{}, { output: /^three$/m }, "output with ^three$", '"one\\ntwo"'],
    [{}, { output: /^$/m }, "output with ^$", '"one\\ntwo"'],
    [{ stderr: "" }, { errorOutput: /a/m }, "error output with a", "nothing"],
    [{}, { notOutput: /^two$/m }, "output without ^two$", '"one\\ntwo"'],
  ])("that ends with %j where %j is expected is told as a mismatch", (end, expectation, expected, got) => {
    expect(mismatch(end, expectation)).toEqual({ expected, got });
  });
});

describe("a text", () => {
  it("is shown by its beginning where it is long", () => {
    expect(textMismatch(/b/, "a".repeat(10_000), "a body")?.got).toHaveLength(603);
  });

  it("in which a pattern would be looked for for hours is given up", () => {
    const slow = textMismatch(/^(a+)+$/, `${"a".repeat(60)}b`, "output");
    expect(slow?.got).toMatch(/took too long/);
    expect(mismatch({ stdout: `${"a".repeat(60)}b` }, { notOutput: /^(a+)+$/ })?.got).toMatch(/took too long/);
  });
});
