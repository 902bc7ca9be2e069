import { DefinitionError } from "./error.ts";
import { type ExpressionValue, evaluateExpression } from "./expression.ts";

/** What templates can name. */
export interface TemplateScope {
  /** The definition's own variables, unexpanded; they may name each other. */
  readonly vars: Readonly<Record<string, string>>;
  readonly target: TemplateTarget;
  /** `${source.dir}` inside build steps. */
  readonly source?: { readonly dir: string };
  /** `${package.<name>.version}`: versions the lock has taken, by the name the definition lists; ours. */
  readonly packages?: Readonly<Record<string, string>>;
}

/** `${target.…}`: what is being built. `arch` is `amd64` or `arm64`. */
export interface TemplateTarget {
  readonly arch: string;
  readonly dev: boolean;
  readonly fips: boolean;
  readonly flavor: string;
  /** `${target.dir}` inside build steps. */
  readonly dir?: string;
}

/**
 * What happens with a `${NAME}` nobody knows: `fail`, or `keep` it for the shell or program that will read the text.
 * With `keep`, so are the shell's `${NAME:0:3}`, and an expression that is none.
 */
export interface TemplateOptions {
  readonly unknown: "fail" | "keep";
}

const maximumResult = 1 << 20;
const maximumNesting = 20;

/**
 * Expands `${VAR}`, `${VAR:regex}` (the first capture group of the expression on VAR's value), `${target.arch}` and the
 * like, and `#{ expression }`. `#{` without a space after it is other people's text and stays, as does the shell's
 * `${VAR:-default}` family; templates inside of what stays are expanded. Throws DEFINITION_TEMPLATE_INVALID.
 */
export function expandTemplate(text: string, scope: TemplateScope, options: TemplateOptions): string {
  return expand(text, { scope, options, resolving: [] });
}

/**
 * Whether a condition, the value of an `if`, holds: an expression as it stands, `target.dev && !target.fips`, or a text
 * with templates, of which empty text and `false` do not. No condition holds. Throws DEFINITION_TEMPLATE_INVALID.
 */
export function isTrue(condition: string | undefined, scope: TemplateScope): boolean {
  if (condition === undefined) return true;
  if (condition.trim() === "") return false;
  const context: Context = { scope, options: { unknown: "fail" }, resolving: [] };
  const value = /\$\{|#\{ /.test(condition) ? expand(condition, context).trim() : evaluate(condition, context);
  return value !== false && value !== "" && value !== "false";
}

/** All variables of the scope with their own templates expanded. Throws DEFINITION_TEMPLATE_INVALID, also for cycles. */
export function expandVariables(scope: TemplateScope, options: TemplateOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(scope.vars).map(([name, value]) => [name, expand(value, { scope, options, resolving: [name] })]),
  );
}

interface Context {
  readonly scope: TemplateScope;
  readonly options: TemplateOptions;
  /** Variables being expanded, outermost first. */
  readonly resolving: readonly string[];
}

const opening = /\$\{|#\{ /g;

function expand(text: string, context: Context): string {
  if (!text.includes("{")) return text;
  const braces = closingBraces(text);
  let result = "";
  let at = 0;
  for (;;) {
    const found = nextOpening(text, at);
    if (found === null) return bounded(result + text.slice(at));
    const from = found.at + 2;
    const isExpression = found.kind === "#";
    const end = (isExpression ? expressionEnd(text, from) : null) ?? braces.get(from - 1);
    const read = isExpression ? expression : variable;
    const value = end === undefined ? null : read(text.slice(from, end), context);
    if (end === undefined || value === null) {
      // Other people's text, but what follows may hold templates.
      result += text.slice(at, from);
      at = from;
    } else {
      result += text.slice(at, found.at) + value;
      at = end + 1;
    }
    bounded(result);
  }
}

function nextOpening(text: string, from: number): { readonly at: number; readonly kind: string } | null {
  opening.lastIndex = from;
  const match = opening.exec(text);
  return match === null ? null : { at: match.index, kind: match[0].charAt(0) };
}

/** Where the brace that is opened at each place is closed; escaped braces are text. */
function closingBraces(text: string): ReadonlyMap<number, number> {
  const open: number[] = [];
  const ends = new Map<number, number>();
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === "\\") index += 1;
    else if (character === "{") open.push(index);
    else if (character === "}") {
      const start = open.pop();
      if (start !== undefined) ends.set(start, index);
    }
  }
  return ends;
}

const longestExpression = 4096;
const expressionTail = /^(?:[^"'{}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\}/s;

/** The brace that closes an expression: those in its quoted texts are theirs. Null where it has others inside. */
function expressionEnd(text: string, from: number): number | null {
  const tail = expressionTail.exec(text.slice(from, from + longestExpression));
  return tail === null ? null : from + tail[0].length - 1;
}

/** The value of an expression; null for what is none, where that is kept. */
function expression(inside: string, context: Context): string | null {
  try {
    return String(evaluate(inside, context));
  } catch (cause) {
    if (context.options.unknown === "keep" && cause instanceof DefinitionError) return null;
    throw cause;
  }
}

function evaluate(source: string, context: Context): ExpressionValue {
  return evaluateExpression(source, {
    lookup: (name) => lookup(name, context),
    quoted: (text) => expand(text, context),
  });
}

const shellOperator = /^[-+=?]/;
const shellSubstring = /^[\s\w:+*/%(){}#$-]+$/;

/** The value of what `${…}` names; null where that is the shell's, or unknown and kept. */
function variable(inside: string, context: Context): string | null {
  const isKept = context.options.unknown === "keep";
  const colon = inside.indexOf(":");
  const name = colon === -1 ? inside : inside.slice(0, colon);
  const pattern = colon === -1 ? null : inside.slice(colon + 1);
  if (pattern !== null && shellOperator.test(pattern)) return null;
  const value = lookup(name, context);
  if (value === undefined) {
    if (isKept) return null;
    const known = [...Object.keys(context.scope.vars).slice(0, 20), "target.arch"].join(", ");
    throw invalid(`\${${inside}}`, `there is no ${name}`, `known are ${known} and others: see docs/definition.md`);
  }
  if (pattern === null) return String(value);
  if (isKept && !pattern.includes("(")) return null;
  const captured = capture(String(value), pattern);
  if ("text" in captured) return captured.text;
  if (isKept && shellSubstring.test(pattern)) return null;
  throw invalid(`\${${inside}}`, captured.problem);
}

function capture(value: string, expression: string): { readonly text: string } | { readonly problem: string } {
  let pattern: RegExp;
  try {
    pattern = new RegExp(expression);
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message : "not a regular expression" };
  }
  const text = pattern.exec(value)?.[1];
  return text === undefined
    ? { problem: `does not capture anything in ${JSON.stringify(value.slice(0, 100))}` }
    : { text };
}

function lookup(name: string, context: Context): ExpressionValue | undefined {
  const { scope } = context;
  const variableName = name.startsWith("definition.vars.") ? name.slice("definition.vars.".length) : name;
  if (Object.hasOwn(scope.vars, variableName)) return nested(variableName, context);
  if (name.startsWith("package.") && name.endsWith(".version")) {
    const packageName = name.slice("package.".length, -".version".length);
    return scope.packages !== undefined && Object.hasOwn(scope.packages, packageName)
      ? scope.packages[packageName]
      : undefined;
  }
  const { target, source } = scope;
  switch (name) {
    case "target.arch":
      return target.arch;
    case "target.dev":
      return target.dev;
    case "target.fips":
      return target.fips;
    case "target.flavor":
      return target.flavor;
    case "target.dir":
      return target.dir;
    case "source.dir":
      return source?.dir;
    default:
      return undefined;
  }
}

function nested(name: string, context: Context): string {
  const { resolving, scope } = context;
  const chain = [...resolving, name];
  if (resolving.includes(name)) throw invalid(`\${${name}}`, `the variable needs itself: ${chain.join(" → ")}`);
  if (chain.length > maximumNesting) throw invalid(`\${${name}}`, `nested more than ${maximumNesting} deep`);
  return expand(scope.vars[name] ?? "", { ...context, resolving: chain });
}

function bounded(text: string): string {
  if (text.length > maximumResult) throw invalid(text.slice(0, 40), "expands to more than 1 MiB");
  return text;
}

function invalid(template: string, what: string, hint = "see docs/definition.md, templates"): DefinitionError {
  return new DefinitionError("DEFINITION_TEMPLATE_INVALID", `${template.slice(0, 200)}: ${what}`, { hint });
}
