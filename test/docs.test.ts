import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = ["README.md", "CONTRIBUTING.md", ...markdownBelow("docs"), ...markdownBelow("examples")];

describe.each(pages)("%s", (page) => {
  const text = readFileSync(join(root, page), "utf8");

  it("names only files that are there", () => {
    const paths = [...text.matchAll(/`((?:src|test|docs|bench|catalog|examples|scripts|bin)\/[\w./-]+)`/g)].map(
      (match) => match[1] ?? "",
    );
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("links only to files that are there", () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? "");
    expect(links.filter((link) => !existsSync(join(root, page, "..", link)))).toEqual([]);
  });

  it("names only npm scripts that there are", () => {
    const scripts = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts);
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? "");
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

describe("docs/schema", () => {
  const files = readdirSync(join(root, "docs", "schema"));
  const ajv = new Ajv2020({ strict: false });
  for (const file of files) ajv.addSchema(JSON.parse(readFileSync(join(root, "docs", "schema", file), "utf8")), file);

  it.each(files)("%s is a JSON Schema whose references lead somewhere", (file) => {
    expect(ajv.getSchema(file)).toBeTypeOf("function");
  });
});

function markdownBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file));
}
