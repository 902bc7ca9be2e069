import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { loadCatalog } from "../src/catalog/catalog.ts";
import { findImage } from "../src/catalog/find.ts";
import { specJsonSchema } from "../src/check/spec/json-schema.ts";
import { commands } from "../src/cli/commands.ts";
import { definitionJsonSchema } from "../src/definition/json-schema.ts";
import { readDefinition } from "../src/definition/parse.ts";
import { allowableRules } from "../src/facts/claims.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...markdownBelow("docs"),
  ...markdownBelow("examples"),
  ...markdownBelow("catalog"),
];

describe.each(pages)("%s", (page) => {
  const text = readFileSync(join(root, page), "utf8");

  it("names only files that are there", () => {
    const paths = [
      ...text.matchAll(/`((?:src|test|docs|bench|catalog|examples|integrations|scripts|bin)\/[\w./-]+)`/g),
    ].map((match) => match[1] ?? "");
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

  it("names only commands and options that there are", () => {
    expect(commandLines(text).flatMap(mistakesIn)).toEqual([]);
  });

  it("names only images that the catalogue has", async () => {
    const catalog = await loadCatalog(join(root, "catalog"));
    const names = [...text.matchAll(/(?:hardpan\/dhi-|catalog:\/\/)([a-z][a-z-]*:[a-z\d][\w.-]*\w)/g)].map(
      (match) => match[1] ?? "",
    );
    for (const name of new Set(names))
      expect(`${(await findImage(catalog, name)).name}:`).toBe(name.replace(/:.*/, ":"));
  });
});

describe("docs/definition.md", () => {
  const page = readFileSync(join(root, "docs", "definition.md"), "utf8");
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");

  it.each(examples)("has an example that is part of a definition: %s", (example) => {
    const head = "# syntax=hardpan/build:1-debian13\nimage: acme/example\ntags: [1-debian13]\n";
    expect(readDefinition(`${head}${example}`, { file: "example.yaml" }).definition.tags).toEqual(["1-debian13"]);
  });

  it("has every key of the format", () => {
    const keys = [...keysIn(JSON.parse(JSON.stringify(definitionJsonSchema())))];
    const named = new Set([...page.matchAll(/`([a-z-]+)(?:: [^`]*)?`/g)].map((match) => match[1]));
    expect(keys.length).toBeGreaterThan(80);
    expect(keys.filter((key) => !named.has(key))).toEqual([]);
  });

  it("has every rule that an exception can be made from", () => {
    const table = page.slice(page.indexOf("| rule |"), page.indexOf("A dev variant needs no exception"));
    const named = [...table.matchAll(/`([a-z-]+)`/g)].map((match) => match[1]);
    expect(allowableRules.filter((rule) => !named.includes(rule))).toEqual([]);
  });

  it("links only to headings that there are", () => {
    const pages = ["definition.md", "actions.md", "guides/building.md", "guides/catalogue.md", "guides/locks.md"];
    const headings = new Map(pages.map((file) => [file, headingsOf(readFileSync(join(root, "docs", file), "utf8"))]));
    const missing = pages.flatMap((file) =>
      [...readFileSync(join(root, "docs", file), "utf8").matchAll(/\]\(([^)#:]*)#([^)]+)\)/g)].flatMap(
        ([link, target = "", heading = ""]) => {
          const place = target === "" ? file : join(file, "..", target);
          return headings.get(place)?.has(heading) === true ? [] : [`${file}: ${link}`];
        },
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe("docs/guides/checking.md", () => {
  it("has every key of a check.yaml", () => {
    const page = readFileSync(join(root, "docs", "guides", "checking.md"), "utf8").replace(/```[\s\S]*?```/g, "");
    const named = new Set([...page.matchAll(/`([^`]*)`/g)].flatMap(([, code = ""]) => code.match(/[a-z-]+/g) ?? []));
    const keys = [...keysIn(JSON.parse(JSON.stringify(specJsonSchema())))];
    expect(keys.length).toBeGreaterThan(40);
    expect(keys.filter((key) => !named.has(key))).toEqual([]);
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

/** What stands behind `hardpan ` in the shell commands and the code in the text of a page. */
function commandLines(text: string): readonly string[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, script = ""]) => script.split("\n"));
  const spans = [...text.replace(/```[\s\S]*?```/g, "").matchAll(/`([^`]+)`/g)].map(([, code = ""]) =>
    code.replace(/\s+/g, " "),
  );
  return [...blocks, ...spans].flatMap((line) => /(?:^|[\s"'])hardpan ([^#]*)/.exec(line)?.[1] ?? []);
}

/** What of a command line is neither a command nor an option of it. */
function mistakesIn(line: string): readonly string[] {
  const words = line.split(/\s/).filter((word) => word !== "");
  if (words[0]?.startsWith("-")) return words[0] === "--help" ? [] : [line];
  const found = commands.find(({ name }) => name === words.slice(0, name.split(" ").length).join(" "));
  if (found === undefined) return [line];
  const forms = [...found.options.map(({ form }) => form), "--json", "-q, --quiet", "-h, --help"];
  const known = new Set(forms.flatMap((form) => form.match(/--?[a-z][a-z-]*/g) ?? []));
  return words.filter((word) => word.startsWith("-") && !known.has(word)).map((word) => `${found.name} ${word}`);
}

/** Every key that a JSON schema gives to an object. */
function keysIn(schema: unknown): Set<string> {
  if (typeof schema !== "object" || schema === null) return new Set();
  const own =
    "properties" in schema && typeof schema.properties === "object" ? Object.keys(schema.properties ?? {}) : [];
  return new Set([...own, ...Object.values(schema).flatMap((inner) => [...keysIn(inner)])]);
}

/** The anchors of a page's headings. */
function headingsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^a-z\d -]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function markdownBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file));
}
