import { describe, expect, it } from "vitest";
import { coordinatesOf } from "../../../src/scan/java/coordinates.ts";

const good = { group: "org.example", artifact: "a-b_c.d", version: "1.0-SNAPSHOT" };

describe("coordinatesOf", () => {
  it("takes what Maven takes, without the blanks around it", () => {
    expect(coordinatesOf(good)).toEqual(good);
    expect(coordinatesOf({ ...good, group: " org.example\r" })).toEqual(good);
  });

  it.each([
    { group: undefined },
    { artifact: "" },
    { artifact: "a:b" },
    { group: "../x" },
    { group: ["$", "{x}"].join("") },
    { version: ["$", "{x}"].join("") },
    { version: "1.0 beta" },
    { version: "@version@" },
    { version: "1/../2" },
    { version: "1".repeat(201) },
  ])("takes no %j", (wrong) => {
    expect(coordinatesOf({ ...good, ...wrong })).toBeNull();
  });
});
