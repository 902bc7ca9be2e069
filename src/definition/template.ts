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
 * With `keep`, so are a `${NAME:0:3}` that captures nothing, which is the shell's, and an expression that is none.
 */
export interface TemplateOptions {
  readonly unknown: "fail" | "keep";
}

const maximumResult = 1 << 20;
const maximumNesting = 20;

/**
 * Expands `${VAR}`, `${VAR:regex}` (the first capture group of the expression on VAR's value), `${target.arch}` and the
 * like, and `#{ expression }`. `#{` without a space after it is other people's text and stays, as does the shell's
 * `${VAR:-default}` family. Throws DEFINITION_TEMPLATE_INVALID.
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
  const value = /\$\{|#\{ /.test(condition)
    ? expand(condition, context).trim()
    : evaluateExpression(condition, (name) => lookup(name, context));
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
  let result = "";
  let at = 0;
  opening.lastIndex = 0;
  for (;;) {
    const found = nextOpening(text, at);
    if (found === null) return bounded(result + text.slice(at));
    const end = closingBrace(text, found.at + 2);
    if (end === -1) {
      // Never closed: other people's text, but what follows may hold templates.
      result += text.slice(at, found.at + 2);
      at = found.at + 2;
      continue;
    }
    const inside = text.slice(found.at + 2, end);
    const whole = text.slice(found.at, end + 1);
    result += text.slice(at, found.at);
    result += found.kind === "#" ? expression(inside, whole, context) : variable(inside, whole, context);
    bounded(result);
    at = end + 1;
  }
}

function nextOpening(text: string, from: number): { readonly at: number; readonly kind: string } | null {
  opening.lastIndex = from;
  const match = opening.exec(text);
  return match === null ? null : { at: match.index, kind: match[0].charAt(0) };
}

/** The brace that closes one opened before `from`: pairs inside are skipped, as are escaped braces and quoted text in expressions. */
function closingBrace(text: string, from: number): number {
  let open = 1;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === "\\") index += 1;
    else if (character === "{") open += 1;
    else if (character === "}") open -= 1;
    if (open === 0) return index;
  }
  return -1;
}

function expression(inside: string, whole: string, context: Context): string {
  try {
    return String(evaluateExpression(inside, (name) => lookup(name, context)));
  } catch (cause) {
    if (context.options.unknown === "keep" && cause instanceof DefinitionError) return whole;
    throw cause;
  }
}

const shellOperator = /^[-+=?]/;

function variable(inside: string, whole: string, context: Context): string {
  const colon = inside.indexOf(":");
  const name = colon === -1 ? inside : inside.slice(0, colon);
  const pattern = colon === -1 ? null : inside.slice(colon + 1);
  if (pattern !== null && shellOperator.test(pattern)) return whole;
  const value = lookup(name, context);
  if (value === undefined) return unknown(name, whole, context);
  if (pattern === null) return String(value);
  if (context.options.unknown === "keep" && !pattern.includes("(")) return whole;
  return capture(String(value), pattern, name);
}

function unknown(name: string, whole: string, { options, scope }: Context): string {
  if (options.unknown === "keep") return whole;
  throw invalid(
    whole,
    `there is no ${name}`,
    `known are ${Object.keys(scope.vars).slice(0, 20).join(", ")} and target.arch`,
  );
}

function capture(value: string, expression: string, name: string): string {
  let pattern: RegExp;
  try {
    pattern = new RegExp(expression);
  } catch (cause) {
    throw invalid(`\${${name}:${expression}}`, cause instanceof Error ? cause.message : "not a regular expression");
  }
  const captured = pattern.exec(value)?.[1];
  if (captured !== undefined) return captured;
  throw invalid(`\${${name}:${expression}}`, `does not capture anything in ${JSON.stringify(value.slice(0, 100))}`);
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
