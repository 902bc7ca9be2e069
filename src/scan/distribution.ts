import type { ImageTree } from "../facts/model.ts";
import { textAt } from "../facts/text-at.ts";
import type { Distribution } from "../sbom/model.ts";

/** Where os-release(5) may stand, in the order of preference. */
const places = ["etc/os-release", "usr/lib/os-release"];

/** Whether `readDistribution` reads the file at `path`. */
export function isOsRelease(path: string): boolean {
  return places.includes(path);
}

/** The distribution os-release names; null when there is no such file, or it does not say its ID. */
export function readDistribution(tree: ImageTree): Distribution | null {
  for (const path of places) {
    const text = textAt(tree, path);
    if (text !== null) return parseOsRelease(text);
  }
  return null;
}

/** Reads os-release(5): shell-like assignments of which only quotes and backslashes are interpreted. */
export function parseOsRelease(text: string): Distribution | null {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name, value = ""] = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) fields.set(name, unquote(value.trim()));
  }
  const get = (name: string) => fields.get(name) || null;
  const id = get("ID")?.toLowerCase() ?? null;
  if (id === null || !/^[a-z0-9._-]+$/.test(id)) return null;
  return {
    id,
    versionId: get("VERSION_ID"),
    codename: get("VERSION_CODENAME"),
    prettyName: get("PRETTY_NAME"),
  };
}

function unquote(value: string): string {
  const quote = value[0];
  if (quote !== '"' && quote !== "'") return value;
  const inner = value.endsWith(quote) && value.length > 1 ? value.slice(1, -1) : value.slice(1);
  return quote === '"' ? inner.replaceAll(/\\([\\"$`])/g, "$1") : inner;
}
