import { ScanError } from "../error.ts";
import { isStatementEnd, literalAt } from "./literal.ts";
import { isGemName, isGemVersion, isPlatform, stubOf } from "./stub.ts";

/** What an installed gem's specification says of it. */
export interface GemSpecification {
  readonly name: string;
  readonly version: string;
  /** `java`, `x86_64-linux`; null for a gem of Ruby alone. */
  readonly platform: string | null;
  readonly licenses: readonly string[];
  /** The first author. */
  readonly supplier: string | null;
  /** Gems it needs when it runs. */
  readonly requires: readonly GemRequirement[];
  readonly executables: readonly string[];
  /** Whether parts of it are compiled when it is installed. */
  readonly hasExtensions: boolean;
}

/** Another gem that is needed, in one of the versions that fulfil all conditions (`~> 2.8.0`). */
export interface GemRequirement {
  readonly name: string;
  readonly conditions: readonly string[];
}

/**
 * Reads a specification as RubyGems writes it (`Gem::Specification#to_ruby`), which is a Ruby program, without running it:
 * its stub line, and assignments of literals. Throws SCAN_FILE_INVALID where that does not tell a name and a version.
 */
export function parseGemspec(source: string): GemSpecification {
  const fields = assignmentsIn(source);
  const text = (field: string) => onlyText(fields.values.get(field));
  const list = (field: string) => allTexts(fields.values.get(field));
  const stub = stubOf(source);
  const name = stub?.name ?? text("name");
  const version = stub?.version ?? text("version");
  if (name === null || !isGemName(name)) throw untold("name");
  if (version === null || !isGemVersion(version)) throw untold("version");
  const platform = stub?.platform ?? text("platform") ?? "ruby";
  return {
    name,
    version,
    platform: platform === "ruby" || !isPlatform(platform) ? null : platform,
    licenses: shortTexts([...list("licenses"), ...list("license")]),
    supplier: shortTexts([...list("authors"), ...list("author")])[0] ?? null,
    requires: fields.requires,
    executables: list("executables").filter((program) => /^[\w.+-]{1,200}$/.test(program)),
    hasExtensions: list("extensions").length > 0,
  };
}

interface Assignments {
  readonly values: ReadonlyMap<string, string | readonly string[]>;
  readonly requires: readonly GemRequirement[];
}

const mostRequirements = 1000;

/** What is given to the specification outside of the branch for a RubyGems before 1.2, which knows no kinds of dependency. */
function assignmentsIn(source: string): Assignments {
  const values = new Map<string, string | readonly string[]>();
  const requires: GemRequirement[] = [];
  const [, variable = "s"] = /Gem::Specification\.new[^\n|]{0,200}\|\s*(\w+)\s*\|/.exec(source) ?? [];
  const [current = ""] = source.split(/^[ \t]*else[ \t]*$/m, 1);
  for (const match of current.matchAll(/^[ \t]*(\w+)\.(\w+)([ \t]*=(?!=)|[ \t]*\(|[ \t]+)/gm)) {
    const [whole, receiver, method = "", operator = ""] = match;
    if (receiver !== variable) continue;
    const at = match.index + whole.length;
    if (operator.endsWith("=")) {
      const literal = literalAt(current, at);
      if (literal !== null && isStatementEnd(current, literal.end)) values.set(method, literal.value);
    } else if (/^add_(runtime_)?dependency$/.test(method) && requires.length < mostRequirements) {
      requires.push(...requirementAt(current, at));
    }
  }
  return { values, requires };
}

function requirementAt(source: string, start: number): readonly GemRequirement[] {
  const name = literalAt(source, start);
  if (name === null || typeof name.value !== "string" || !isGemName(name.value)) return [];
  const [comma] = /^[ \t]*,/.exec(source.slice(name.end, name.end + 50)) ?? [];
  const conditions = comma === undefined ? null : literalAt(source, name.end + comma.length);
  return [{ name: name.value, conditions: allTexts(conditions?.value).filter((condition) => condition.length <= 100) }];
}

function onlyText(value: string | readonly string[] | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function allTexts(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}

function shortTexts(texts: readonly string[]): readonly string[] {
  const lines = texts.map((text) => text.replaceAll(/\s+/g, " ").trim().slice(0, 200));
  return [...new Set(lines)].filter((line) => line !== "").slice(0, 50);
}

function untold(what: string): ScanError {
  return new ScanError("SCAN_FILE_INVALID", `the gem's ${what} cannot be told without running its specification`, {
    hint: "specifications that RubyGems writes say it plainly; the gem is not listed",
  });
}
