import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { signalNumber } from "../../../src/check/run/signals.ts";

describe("the number of a signal", () => {
  it.each(Object.entries(constants.signals))("%s is %i, as the system has it", (name, number) => {
    expect(signalNumber(name)).toBe(number);
    expect(signalNumber(name.replace("SIG", ""))).toBe(number);
  });

  it.each([
    ["3", 3],
    ["SIGRTMIN+3", 37],
    ["RTMIN", 34],
    ["RTMAX-1", 63],
    ["sigquit", 3],
    ["no signal", 15],
  ])("%s is %i", (name, number) => {
    expect(signalNumber(name)).toBe(number);
  });
});
