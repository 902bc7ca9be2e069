import { DefinitionError } from "./error.ts";

/** What an expression yields. */
export type ExpressionValue = string | boolean;

/** What an expression is made of. */
export interface Operands {
  /** The value of a name such as `target.arch`; undefined when there is none. */
  lookup(name: string): ExpressionValue | undefined;
  /** What a text in quotes stands for: itself, or with its templates expanded. */
  quoted(text: string): string;
}

/**
 * Evaluates the inside of `#{ … }`: text literals, names, `+`, `==`, `!=`, `!`, `&&`, `||`, `? :` and parentheses, with
 * the precedence they have in C. As a condition, `false` and empty text are false. Throws DEFINITION_TEMPLATE_INVALID.
 */
export function evaluateExpression(source: string, operands: Operands): ExpressionValue {
  const tokens = tokenize(source);
  const state: State = { source, tokens, at: 0, depth: 0, operands };
  const value = conditional(state);
  if (state.at < tokens.length) throw invalid(source, `unexpected ${tokens[state.at]}`);
  return value;
}

interface State {
  readonly source: string;
  readonly tokens: readonly string[];
  at: number;
  depth: number;
  readonly operands: Operands;
}

const token = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(==|!=|&&|\|\||[?:+()!])|([A-Za-z_][\w.-]*))/y;
const maximumLength = 2000;
const maximumDepth = 50;

function tokenize(source: string): readonly string[] {
  if (source.length > maximumLength) throw invalid(source, `longer than ${maximumLength} characters`);
  const tokens: string[] = [];
  const end = source.trimEnd().length;
  token.lastIndex = 0;
  while (token.lastIndex < end) {
    const from = token.lastIndex;
    const match = token.exec(source);
    if (match === null) throw invalid(source, `cannot read ${JSON.stringify(source.slice(from).trim().slice(0, 20))}`);
    tokens.push(match[0].trimStart());
  }
  return tokens;
}

function conditional(state: State): ExpressionValue {
  state.depth += 1;
  if (state.depth > maximumDepth) throw invalid(state.source, "nested too deeply");
  const condition = either(state);
  let value = condition;
  if (take(state, "?")) {
    const whenTrue = conditional(state);
    expect(state, ":");
    const whenFalse = conditional(state);
    value = truth(condition) ? whenTrue : whenFalse;
  }
  state.depth -= 1;
  return value;
}

function either(state: State): ExpressionValue {
  let value = both(state);
  while (take(state, "||")) {
    const right = both(state);
    value = truth(value) ? value : right;
  }
  return value;
}

function both(state: State): ExpressionValue {
  let value = comparison(state);
  while (take(state, "&&")) {
    const right = comparison(state);
    value = truth(value) ? right : value;
  }
  return value;
}

function comparison(state: State): ExpressionValue {
  let value = sum(state);
  for (;;) {
    if (take(state, "==")) value = String(value) === String(sum(state));
    else if (take(state, "!=")) value = String(value) !== String(sum(state));
    else return value;
  }
}

function sum(state: State): ExpressionValue {
  let value = primary(state);
  while (take(state, "+")) value = `${value}${primary(state)}`;
  return value;
}

function primary(state: State): ExpressionValue {
  let negations = 0;
  while (take(state, "!")) negations += 1;
  const value = operand(state);
  return negations === 0 ? value : truth(value) === (negations % 2 === 0);
}

function operand(state: State): ExpressionValue {
  const next = state.tokens[state.at];
  if (next === undefined) throw invalid(state.source, "ends too early");
  state.at += 1;
  if (next === "(") {
    const value = conditional(state);
    expect(state, ")");
    return value;
  }
  if (next.startsWith('"') || next.startsWith("'")) {
    return state.operands.quoted(next.slice(1, -1).replace(/\\(.)/gs, "$1"));
  }
  if (next === "true" || next === "false") return next === "true";
  if (!/^[A-Za-z_]/.test(next)) throw invalid(state.source, `unexpected ${next}`);
  const value = state.operands.lookup(next);
  if (value === undefined) throw invalid(state.source, `unknown name ${next}`);
  return value;
}

function truth(value: ExpressionValue): boolean {
  return value !== false && value !== "";
}

function take(state: State, expected: string): boolean {
  if (state.tokens[state.at] !== expected) return false;
  state.at += 1;
  return true;
}

function expect(state: State, expected: string): void {
  if (!take(state, expected))
    throw invalid(state.source, `${expected} expected at ${state.tokens[state.at] ?? "the end"}`);
}

function invalid(source: string, what: string): DefinitionError {
  return new DefinitionError("DEFINITION_TEMPLATE_INVALID", `#{${source.slice(0, 200)}}: ${what}`, {
    hint: 'an expression is like #{ target.arch == "amd64" ? "x64" : "arm64" }',
  });
}
