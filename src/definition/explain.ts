import type { z } from "zod";
import { nearNames } from "./near.ts";
import type { Problem } from "./problem.ts";
import { definitionSchema } from "./schema.ts";
import type { YamlText } from "./yaml.ts";

/** A value and where each part of it stands. */
type Placed = Pick<YamlText, "value" | "place">;

type Issue = z.core.$ZodIssue;

/**
 * The problems of `yaml` that a schema found, each with its place and a message in the format's own words. An unknown key that
 * looks like one of `keys`, by default those of definitions, has that suggested.
 */
export function explainIssues(
  issues: readonly Issue[],
  yaml: Placed,
  keys: () => readonly string[] = knownKeys,
): readonly Problem[] {
  const mistyped = new Set(issues.filter(({ code }) => code === "invalid_type").map(({ path }) => path.join("\0")));
  const telling = issues.filter(({ code, path }) => code === "invalid_type" || !mistyped.has(path.join("\0")));
  return telling.slice(0, maximumIssues).flatMap((issue) => explainIssue(issue, yaml, keys));
}

/** A file with this many mistakes is another kind of file; more would only cost time. */
const maximumIssues = 100;

function explainIssue(issue: Issue, yaml: Placed, keys: () => readonly string[]): readonly Problem[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const keyPath = [...path, key];
      return { ...yaml.place(keyPath, true), path: keyPath, message: `unknown key${suggestion(key, keys())}` };
    });
  }
  if (issue.code === "invalid_union") {
    const best = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0];
    if (best !== undefined && depth(best) > 0) {
      return best.flatMap((inner) => explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, yaml, keys));
    }
  }
  if (issue.code === "invalid_key") {
    const inner = issue.issues[0]?.message ?? "is not a valid key";
    return [{ ...yaml.place(path, true), path, message: inner }];
  }
  return [{ ...yaml.place(path), path, message: messageOf(issue, valueAt(yaml.value, path)) }];
}

function messageOf(issue: Issue, value: unknown): string {
  if (value === undefined && issue.code !== "custom") return "is missing";
  if (issue.code === "invalid_type") return `must be ${kinds[issue.expected] ?? issue.expected}, not ${kindOf(value)}`;
  if (issue.code === "invalid_union") return `must be text, a list or a map, not ${kindOf(value)}`;
  if (issue.code === "invalid_value") {
    if (typeof value !== "string") return `must be text, not ${kindOf(value)}`;
    if (issue.message.startsWith("must ")) return issue.message;
    return `must be ${issue.values
      .map(String)
      .join(", ")
      .replace(/, ([^,]*)$/, " or $1")}, not ${shown(value)}`;
  }
  const told = typeof value === "string" && issue.message.startsWith("must ") ? `, not ${shown(value)}` : "";
  return `${issue.message}${told}`;
}

const kinds: Readonly<Record<string, string>> = { string: "text", array: "a list", object: "a map", record: "a map" };

function kindOf(value: unknown): string {
  if (value === "") return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `text (${shown(String(value))})`;
}

function shown(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = Reflect.get(current, part);
  }
  return current;
}

function suggestion(key: string, keys: readonly string[]): string {
  const near = nearNames(key.toLowerCase().replaceAll("_", "-"), keys)[0];
  // What is known elsewhere is unknown here.
  return near === undefined || near === key ? "" : `; did you mean \`${near}\`?`;
}

function knownKeys(): readonly string[] {
  const { contents } = definitionSchema.shape;
  return [
    ...Object.keys(definitionSchema.shape),
    ...Object.keys(contents.def.innerType.shape),
    "run-as",
    "content",
    "source",
  ];
}
