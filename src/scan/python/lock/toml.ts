import { ScanError } from "../../error.ts";
import { isLockedName, isLockedVersion, type LockedDistribution } from "./locked.ts";

const mostPackages = 50_000;

/**
 * The packages of `poetry.lock` or `uv.lock`: their `[[package]]` tables, of which only strings and the names of what they
 * depend on are read. Those that are the project itself are left out. Throws SCAN_FILE_INVALID.
 */
export function parseTomlLock(text: string): readonly LockedDistribution[] {
  const [, ...tables] = text.split(/^\[\[package\]\][ \t]*\r?$/m);
  if (tables.length > mostPackages) throw tooMany();
  return tables.flatMap((table) => packageIn(table) ?? []);
}

function packageIn(table: string): LockedDistribution | null {
  const [fields = "", ...others] = table.split(/^(?=\[)/m);
  const name = stringOf(fields, "name");
  const version = stringOf(fields, "version");
  if (name === null || version === null || !isLockedName(name) || !isLockedVersion(version)) return null;
  // uv writes the project and the members of its workspace like this.
  if (/^source = \{ (virtual|editable|directory) = /m.test(fields)) return null;
  const dependencies = others.find((other) => other.startsWith("[package.dependencies]"));
  return { name, version, requires: [...ofPoetry(dependencies ?? ""), ...ofUv(fields)] };
}

function stringOf(fields: string, key: string): string | null {
  const [, value = null] = new RegExp(`^${key} = "([^"\\\\\\n]*)"`, "m").exec(fields) ?? [];
  return value;
}

/** `six = ">=1"`, one a line. */
function ofPoetry(table: string): readonly string[] {
  return [...table.matchAll(/^"?([\w.-]+)"? = /gm)].map(([, name = ""]) => name);
}

/** `dependencies = [` and `{ name = "six", marker = "…" },`, one a line. */
function ofUv(fields: string): readonly string[] {
  const [, list = ""] = /^dependencies = \[\r?\n([\s\S]*?)^\]/m.exec(fields) ?? [];
  return [...list.matchAll(/\{ name = "([\w.-]+)"/g)].map(([, name = ""]) => name);
}

function tooMany(): ScanError {
  return new ScanError("SCAN_FILE_INVALID", `it locks more than ${mostPackages} packages`, {
    hint: "no project has so many; none of them is listed",
  });
}
