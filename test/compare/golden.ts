import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

/** Expects `text` to equal the file of that name in test/golden. `HARDPAN_UPDATE_GOLDEN=1` writes it anew. */
export function expectGolden(name: string, text: string): void {
  const file = new URL(`../golden/${name}`, import.meta.url);
  if (process.env["HARDPAN_UPDATE_GOLDEN"] === "1") writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}
