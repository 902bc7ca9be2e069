// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of definitions look like this
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readDefinition } from "../../src/definition/parse.ts";
import type { Definition } from "../../src/definition/schema.ts";
import { publicDefinitions } from "../support/public-catalog.ts";
import { everything, minimal } from "./example.ts";
import { unusedKeys, usedKeys } from "./public-keys.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));
const include = () => "";

function read(text: string): Definition {
  return readDefinition(text, { file: "x.yaml", include }).definition;
}

/** The values at a path such as `tags[]` or `vars.*`. */
function valuesAt(value: unknown, path: string): readonly unknown[] {
  return path
    .replaceAll("[]", ".[]")
    .split(/\.(?!\d)/)
    .reduce<readonly unknown[]>((values, part) => values.flatMap((item) => step(item, part)), [value]);
}

function step(value: unknown, part: string): readonly unknown[] {
  if (part === "[]") return Array.isArray(value) ? value : [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  if (part === "*") return Object.values(value);
  return Object.hasOwn(value, part) ? [Reflect.get(value, part)] : [];
}

function hasContent(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value !== undefined && value !== null;
  return Object.keys(value).length > 0;
}

describe("the format of the public catalogue", () => {
  const application = fixtures.map(read);
  it.each(usedKeys)("has %s, which is not lost", (path) => {
    expect(application.flatMap((item) => valuesAt(item, path)).some(hasContent)).toBe(true);
  });

  it.each(unusedKeys)("may have %s, which is not lost either", (path) => {
    expect(valuesAt(read(everything), path).some(hasContent)).toBe(true);
  });

  it("is read the same whatever the order of keys", () => {
    const [text = ""] = fixtures;
    const [head = "", ...parts] = text.split(/\n(?=[a-z])/);
    const turned = `${[head, ...parts.map((part) => part.trimEnd()).reverse()].join("\n")}\n`;
    expect(read(turned)).toEqual(read(text));
  });

  it.each<[string, (text: string) => string]>([
    ["with Windows' line ends", (text) => text.replaceAll("\n", "\r\n")],
    ["with a byte order mark", (text) => `\uFEFF${text}`],
    ["with comments and empty lines", (text) => text.replace(/^(?= *(- )?[a-z-]+:( |$))/gm, "\n# a comment\n")],
    ["without a line end at its end", (text) => text.trimEnd()],
    ["with keys in quotes", (text) => text.replace(/^([a-z-]+):/gm, '"$1":')],
    ["with a document's beginning and end", (text) => text.replace("\n", "\n---\n").concat("...\n")],
  ])("is read the same %s", (_how, change) => {
    const [text = ""] = fixtures;
    expect(change(text)).not.toBe(text);
    expect(read(change(text))).toEqual(read(text));
  });

  it("is read whole as a catalogue has it: 300 made definitions, none invalid", () => {
    const made = publicDefinitions({ definitions: 300 });
    const read = made.map(({ path, text }) => readDefinition(text, { file: path }).definition);
    expect(new Set(read.map(({ variant }) => variant))).toEqual(new Set(["runtime", "dev"]));
    expect(read.flatMap(({ contents }) => contents.builds).length).toBeGreaterThan(100);
  });
});

describe("scalars", () => {
  it("keep their text in every style", () => {
    const { vars } = read(
      minimal(`vars:
  PLAIN: several words
  LONG: several words
    on two lines
  SINGLE: 'it''s'
  DOUBLE: "tab\\tand \\u00e9"
  FOLDED: >-
    folded
    text
  LITERAL: |
    two
      lines
  KEPT: |+
    end

  INDENTED: |2
      deep
  OCTAL: 0755
  DATE: 2025-07-30
  FLOAT: 14.24
  TYPED: !!int 5
`),
    );
    expect(vars).toEqual({
      PLAIN: "several words",
      LONG: "several words on two lines",
      SINGLE: "it's",
      DOUBLE: "tab\tand é",
      FOLDED: "folded text",
      LITERAL: "two\n  lines\n",
      KEPT: "end\n\n",
      INDENTED: "  deep\n",
      OCTAL: "0755",
      DATE: "2025-07-30",
      FLOAT: "14.24",
      TYPED: "5",
    });
  });

  it("in actions' inputs are text, whatever they look like", () => {
    const [application] = fixtures.map(read);
    expect(application?.contents.builds[0]?.pipeline[0]?.with).toMatchObject({
      version: "14.24",
      rel: "0",
      tidy: "true",
      subpackages: [{ name: "example-dev", depends: [] }],
    });
  });

  it("of others' languages stay as they are", () => {
    const [application] = fixtures.map(read);
    const script = application?.contents.builds[0]?.pipeline[1]?.runs;
    for (const text of ["${project.version}", "#{name}", "${HOME:-/root}", "${file%.*}"]) {
      expect(script).toContain(text);
    }
    expect(application?.environment["PYTORCH_VERSION"]).toBe("$VERSION");
    expect(application?.contents.packages).toContain("example-${DEBIAN_DEBIAN_URL:^.+/(.+)$}");
  });
});

describe("a key that has nothing", () => {
  it.each(["", " ~", " null", ' ""'])("after it %j counts as not given", (nothing) => {
    const keys = ["work-dir", "dates", "accounts", "entrypoint", "paths", "vars", "environment", "flavor"];
    const text = minimal(`${keys.map((key) => `${key}:${nothing}\n`).join("")}contents:\n  packages:${nothing}\n`);
    expect(read(text)).toEqual(read(minimal()));
  });

  it("is an empty text among the author's own keys", () => {
    const text = minimal('vars: {A: "", B: }\nenvironment:\n  C:\n  D: ""\nlabels:\n  E:\n');
    expect(read(text)).toMatchObject({ vars: { A: "", B: "" }, environment: { C: "", D: "" }, labels: { E: "" } });
  });

  it("is an empty file or script where text was meant", () => {
    const [path] = read(minimal('paths: [{ type: file, path: /a, content: "" }]\n')).paths;
    expect(path?.content).toBe("");
  });
});

describe("anchors and merge keys", () => {
  it("stand for what they name, and own keys win", () => {
    const text = minimal(`vars:
  A: &version 1.31
  B: *version
contents:
  builds:
    - &first
      name: first
      shell: bash
      pipeline: [{ runs: "true" }]
    - <<: *first
      name: second
    - <<: [{ shell: sh }, *first]
      name: third
`);
    const { vars, contents } = read(text);
    expect(vars).toEqual({ A: "1.31", B: "1.31" });
    expect(contents.builds.map(({ name, shell, pipeline }) => [name, shell, pipeline.length])).toEqual([
      ["first", "bash", 1],
      ["second", "bash", 1],
      ["third", "sh", 1],
    ]);
  });

  it("take maps only", () => {
    expect(() => read(minimal("vars:\n  <<: [a]\n"))).toThrow("x.yaml:5:7: vars: `<<` takes a map or a list of maps");
  });
});
