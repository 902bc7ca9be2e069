import { expect, it } from "vitest";
import { versionDirection } from "../../src/compare/version-direction.ts";

it.each([
  ["deb", "2.36-9+deb12u10", "2.41-12", "up"],
  ["deb", "1:1.0", "2.0", "down"],
  ["deb", "1.0~rc1", "1.0", "up"],
  ["deb", "1.00", "1.0", "same"],
  ["npm", "9.0.0", "10.0.0", "up"],
  ["npm", "2.0.0", "2.0.0-rc.1", "down"],
  ["npm", "1.0.0+a", "1.0.0+b", "same"],
  ["of no known order", "1.9", "1.10", "up"],
  ["constructor", "2", "1", "down"],
] as const)("a package of type %s goes from %s to %s: %s", (type, from, to, direction) => {
  expect(versionDirection(type, { from, to })).toBe(direction);
});
