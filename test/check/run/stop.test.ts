import { describe, expect, it } from "vitest";
import { stopMismatch } from "../../../src/check/run/stop.ts";

const stop = { signal: null, timeout: 10, exitCodes: null };

describe("a service that is told to end", () => {
  it.each([
    ["ends by itself", { exitCode: 0, seconds: 0.2, signal: "SIGTERM" }],
    ["is ended by the signal", { exitCode: 143, seconds: 0.2, signal: "SIGTERM" }],
    ["is ended by its own signal", { exitCode: 131, seconds: 0.2, signal: "SIGQUIT" }],
    ["is ended by a real-time signal", { exitCode: 165, seconds: 0.2, signal: "SIGRTMIN+3" }],
    ["is to be killed", { exitCode: 137, seconds: 0.2, signal: "9" }],
    ["takes its time", { exitCode: 0, seconds: 10.4, signal: "SIGTERM" }],
  ])("and %s is as it should be", (_, end) => {
    expect(stopMismatch(stop, end)).toBeNull();
  });

  it("may end with other exit codes where that is expected", () => {
    expect(stopMismatch({ ...stop, exitCodes: [7] }, { exitCode: 7, seconds: 1, signal: "SIGTERM" })).toBeNull();
  });

  it.each([
    [{ exitCode: 137, seconds: 10.2, signal: "SIGTERM" }, "ends within 10 s of SIGTERM", "it had to be killed"],
    [{ exitCode: 137, seconds: 2, signal: "SIGTERM" }, "ends with exit code 0 or 143 after SIGTERM", "exit code 137"],
    [{ exitCode: 143, seconds: 1, signal: "SIGINT" }, "ends with exit code 0 or 130 after SIGINT", "exit code 143"],
    [
      { exitCode: null, seconds: 1, signal: "SIGINT" },
      "ends with exit code 0 or 130 after SIGINT",
      "exit code unknown",
    ],
  ])("and ended as %j is told as a mismatch", (end, expected, got) => {
    expect(stopMismatch(stop, end)).toEqual({ expected, got });
  });
});
