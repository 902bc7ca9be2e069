import { describe, expect, it } from "vitest";
import { guessVersion, isLineOf } from "../../../src/catalog/scaffold/version.ts";

describe("the version of an image", () => {
  it.each([
    ["5:8.0.2-3+deb13u3", "8.0.2", "8.0", "likely"],
    ["12.0.0+dfsg-0+deb13u1", "12.0.0", "12.0", "likely"],
    ["3:20240905-3", "20240905", "20240905", "likely"],
    ["1:10.0p1-7+deb13u4", "10.0", "10.0", "unsure"],
    ["2.0~rc1-1", "2.0", "2.0", "unsure"],
    ["1.2.3.4.5-1", "1.2.3.4", "1.2", "unsure"],
  ])("of %s is %s, and the pattern finds it", (text, version, line, confidence) => {
    const guess = guessVersion(text, "x");
    expect(guess).toMatchObject({ value: { version, line }, confidence });
    expect(new RegExp(guess.value.pattern).exec(text)?.[1]).toBe(version);
  });

  it("is of a line that it begins with, number by number", () => {
    expect(["8", "8.0", "8.0.2", "8.1", "80", ""].filter((line) => isLineOf(line, "8.0.2"))).toEqual([
      "8",
      "8.0",
      "8.0.2",
    ]);
  });
});
