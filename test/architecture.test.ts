import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");

const formats = ["archive", "oci", "elf", "dockerfile", "sbom", "definition", "debian", "cache"];
const engines = [
  ...[
    "http",
    "git",
    "apt",
    "npm",
    "content",
    "remote",
    "engine",
    "facts",
    "catalog",
    "image",
    "pipeline",
    "scan",
    "vuln",
  ],
  ...["evidence", "attest", "policy", "compare", "migrate", "check"],
];

/** Who may import whom (docs/architecture.md). What is not listed is forbidden; error.ts is open to all. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  archive: [],
  oci: [],
  elf: [],
  dockerfile: [],
  sbom: [],
  definition: [],
  cache: [],
  debian: ["archive"],
  http: ["cache"],
  git: ["archive", "cache"],
  apt: ["archive", "debian", "http", "cache"],
  npm: ["archive", "http", "cache"],
  content: ["archive", "oci"],
  remote: ["oci", "http"],
  engine: ["archive", "oci", "content"],
  facts: ["archive", "oci", "elf", "debian"],
  catalog: ["debian", "definition", "facts", "sbom"],
  image: ["archive", "oci", "elf", "debian", "definition", "apt", "npm", "facts", "sbom", "cache"],
  pipeline: ["archive", "oci", "definition", "cache"],
  scan: ["archive", "oci", "elf", "debian", "sbom", "facts", "cache"],
  vuln: ["archive", "debian", "sbom", "http", "apt", "cache"],
  evidence: ["archive", "oci", "sbom", "facts"],
  attest: ["oci", "sbom"],
  policy: ["sbom", "vuln", "facts", "attest"],
  compare: ["oci", "sbom", "vuln", "facts"],
  migrate: ["dockerfile", "oci", "debian", "facts"],
  check: ["archive", "definition", "engine"],
  flow: [...formats, ...engines],
  store: ["oci"],
  org: ["store"],
  offer: ["oci", "store", "org"],
  jobs: ["store"],
  mirror: ["oci", "content", "remote", "store", "org", "jobs"],
  registry: ["oci", "store", "org"],
  api: ["offer", "org", "mirror", "jobs", "flow", ...formats, ...engines],
  cli: ["flow", ...formats, ...engines],
  server: [...formats, ...engines, "flow", "store", "org", "offer", "mirror", "jobs", "registry", "api"],
};

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join(source, file));

describe("the house", () => {
  it("has sources to look at", () => {
    expect(files.length).toBeGreaterThan(50);
  });

  it("lets imports go only where the table allows", () => {
    const forbidden = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !mayImport(folderOf(file), folderOf(target)))
        .map((target) => `${relative(root, file)} imports ${relative(root, target)}`),
    );
    expect(forbidden).toEqual([]);
  });

  it("has no cycle between files", () => {
    expect(findCycle(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
  });

  it("keeps every file within 300 lines", () => {
    expect(files.filter((file) => readFileSync(file, "utf8").split("\n").length > 301).map(short)).toEqual([]);
  });

  it("has no drawers for everything", () => {
    expect(files.filter((file) => /\/(utils?|helpers?|common|misc)(\.ts|\/)/.test(file)).map(short)).toEqual([]);
  });

  it("has no default exports and no barrels", () => {
    const offenders = files.filter((file) => {
      const text = readFileSync(file, "utf8");
      return /^export default\b/m.test(text) || /^export (\*|\{[^}]*\}) from\b/m.test(text);
    });
    expect(offenders.map(short)).toEqual([]);
  });

  it("keeps clocks, chance and the environment in the surfaces", () => {
    const impure = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b/;
    const offenders = files
      .filter((file) => !["cli", "server"].includes(folderOf(file)))
      .filter((file) => impure.test(withoutComments(readFileSync(file, "utf8"))));
    expect(offenders.map(short)).toEqual([]);
  });

  it("documents every export", () => {
    const offenders = files.flatMap((file) =>
      undocumented(readFileSync(file, "utf8")).map((name) => `${short(file)}: ${name}`),
    );
    expect(offenders).toEqual([]);
  });

  it("keeps folders to about fifteen files", () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect(
      [...counts].filter(([, count]) => count > 20).map(([folder, count]) => `${short(folder)}: ${count}`),
    ).toEqual([]);
  });
});

function mayImport(from: string, to: string): boolean {
  return from === to || to === "" || (allowed[from] ?? []).includes(to);
}

/** The room of a file: its first folder below src/; empty for src/error.ts. */
function folderOf(file: string): string {
  const parts = relative(source, file).split("/");
  return parts.length === 1 ? "" : (parts[0] ?? "");
}

function importsOf(file: string): readonly string[] {
  const text = withoutComments(readFileSync(file, "utf8"));
  const pattern = /(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)"(\.{1,2}\/[^"]+)"/gm;
  return [...text.matchAll(pattern)]
    .map((match) => resolve(dirname(file), match[1] ?? ""))
    .filter((target) => target.startsWith(source));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

function undocumented(text: string): readonly string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const name = /^export (?:async )?(?:const|function\*?|class|interface|type)\s+(\w+)/.exec(line)?.[1];
    const before = lines[index - 1]?.trim() ?? "";
    const sibling = name !== undefined && new RegExp(`^export (type|const|interface) ${name}\\b`).test(before);
    return name === undefined || before.endsWith("*/") || sibling || isSecondFace(lines, index, name) ? [] : [name];
  });
}

/** A zod schema and its inferred type share one name, and an overload its docstring. */
function isSecondFace(lines: readonly string[], index: number, name: string): boolean {
  const first = lines.findIndex((line) =>
    new RegExp(`^export (?:async )?(?:const|function\\*?|class|interface|type)\\s+${name}\\b`).test(line),
  );
  return first < index;
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] => {
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file].map(short);
    if (done.has(file)) return [];
    path.push(file);
    for (const target of graph.get(file) ?? []) {
      const cycle = visit(target);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

function short(file: string): string {
  return relative(root, file);
}
