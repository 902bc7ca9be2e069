import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);
const texts = new Map(files.map((file) => [file, readFileSync(join(root, "src", file), "utf8")]));
const declared = [
  ...new Set(
    [...texts]
      .filter(([file]) => file.endsWith("/error.ts"))
      .flatMap(([, text]) => [...text.matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g)].map((match) => match[1] ?? "")),
  ),
].sort();
const documented = [...readFileSync(join(root, "docs", "errors.md"), "utf8").matchAll(/^\| `([A-Z0-9_]+)` \|/gm)]
  .map((match) => match[1] ?? "")
  .sort();

describe("docs/errors.md", () => {
  it("lists every code that is declared, and no other", () => {
    expect(documented).toEqual(declared);
  });

  it("has no dead codes: each is thrown somewhere", () => {
    const everything = [...texts.values()].join("\n");
    const used = (code: string) => everything.split(`"${code}"`).length > 2;
    expect(declared.filter((code) => !used(code))).toEqual([]);
  });
});
