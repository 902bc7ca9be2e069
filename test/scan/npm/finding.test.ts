import { describe, expect, it } from "vitest";
import { npmReading } from "../../../src/scan/npm/finding.ts";

describe("npmReading", () => {
  it.each([
    ["package.json", true],
    ["app/package.json", true],
    ["app/node_modules/a/package.json", true],
    ["app/node_modules/@s/a/package.json", true],
    ["app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", true],
    ["app/node_modules/a/dist/esm/package.json", false],
    ["app/node_modules/@s/package.json", false],
    ["app/node_modules/.cache/package.json", false],
    ["app/package-lock.json", true],
    ["app/npm-shrinkwrap.json", true],
    ["app/node_modules/.package-lock.json", false],
    ["app/node_modules/a/npm-shrinkwrap.json", false],
    ["app/pnpm-lock.yaml", true],
    ["app/node_modules/.pnpm/lock.yaml", false],
    ["app/yarn.lock", true],
    ["app/node_modules/a/yarn.lock", false],
    ["app/.pnp.cjs", true],
    ["app/.pnp.data.json", true],
    ["app/.yarn/cache/@s-a-npm-1.0.0-0123456789-abcdef0123.zip", true],
    ["root/.yarn/berry/cache/a-npm-1.0.0-0123456789-8.zip", true],
    ["app/data.zip", false],
    ["usr/share/data-2024.zip", false],
  ])("of %s: %s", (path, isRead) => {
    expect(npmReading(path) !== null).toBe(isRead);
  });
});
