import type { Line } from "./lines.ts";
import { leadingSpace } from "./text.ts";
import type { Diagnostic, Directive } from "./tree.ts";

/** The parser directives at the top of a file, by the line each stands on. */
export interface Directives {
  readonly byLine: ReadonlyMap<number, Directive>;
  readonly escape: "\\" | "`";
  readonly diagnostics: readonly Diagnostic[];
}

const known = new Set(["syntax", "escape", "check"]);

/**
 * Reads `# syntax=`, `# escape=` and `# check=`. The first line that is none of them ends the search, even an empty
 * one. A repeated directive and an escape character other than backslash and backtick are diagnosed and not followed.
 */
export function readDirectives(lines: readonly Line[]): Directives {
  const byLine = new Map<number, Directive>();
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  let escapeCharacter: "\\" | "`" = "\\";
  for (const [index, line] of lines.entries()) {
    const match = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S.*?)\s*$/.exec(line.text.slice(leadingSpace(line.text)));
    const name = match?.[1]?.toLowerCase() ?? "";
    const value = match?.[2] ?? "";
    if (!known.has(name)) break;
    const problem = seen.has(name) ? "only one of them can be used" : badEscape(name, value);
    if (problem !== null) {
      diagnostics.push({
        code: "DOCKERFILE_DIRECTIVE_INVALID",
        message: `parser directive ${name}: ${problem}`,
        hint: "keep one directive of each name at the top of the file; escape is \\ or `",
        position: { line: index + 1, column: 1 },
      });
      continue;
    }
    seen.add(name);
    if (name === "escape") escapeCharacter = value === "`" ? "`" : "\\";
    byLine.set(index, { kind: "directive", range: { start: line.start, end: line.end }, name, value });
  }
  return { byLine, escape: escapeCharacter, diagnostics };
}

function badEscape(name: string, value: string): string | null {
  return name === "escape" && value !== "`" && value !== "\\" ? `the escape character cannot be ${value}` : null;
}
