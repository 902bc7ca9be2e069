import type { Guessed } from "../facts.ts";

/** Plain scalars that no reader of YAML takes for anything else, in block and in flow style. */
const plain = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)(?:-?-?[A-Za-z/_.\d])[\w./+@%=:~-]*(?: [\w./+@%=~(),-]+)*$/i;
const numeric = /^[-+.\d][\d_.:eExXoO+-]*$/;

/** A text as a scalar: plain where that is safe, else in double quotes. */
export function scalar(text: string): string {
  const isPlain = plain.test(text) && !numeric.test(text) && !text.endsWith(":");
  return isPlain ? text : JSON.stringify(text);
}

/** A text inside `[…]` or `{…}`. */
export function flowScalar(text: string): string {
  return /^[A-Za-z/_][\w./+@=~-]*$/.test(text) && scalar(text) === text ? text : JSON.stringify(text);
}

/** Words as a list on one line. */
export function flowList(words: readonly string[]): string {
  return `[${words.map(flowScalar).join(", ")}]`;
}

/** Lines of a key with a list below it; none for an empty list. */
export function listLines(key: string, words: readonly string[]): readonly string[] {
  return words.length === 0 ? [] : [`${key}:`, ...words.map((word) => `  - ${scalar(word)}`)];
}

/** Lines moved to the right by two blanks. */
export function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** A comment that says of a guess what to look at; none for what is certain. */
export function remark({ confidence, reason, look }: Guessed<unknown>): readonly string[] {
  return confidence === "certain" ? [] : [comment(`Guessed from ${reason}: ${look}.`)];
}

/** A comment of one line, whatever is in the text. */
export function comment(text: string): string {
  return `# ${oneLine(text, 400)}`;
}

/** A text on one line, without control characters, of at most `length` characters. */
export function oneLine(text: string, length: number): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\uFEFF\s]+/gu, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`;
}

/** Lines as the text of a file. */
export function fileText(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
