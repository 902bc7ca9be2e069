/**
 * The word that env(1) looks up when a script's first line gives it `argument`, which is a single one: itself, or what `-S`
 * splits it into, without options and assignments. null where that cannot be told: there is none, a variable stands in it,
 * PATH is set before it is looked up, or env would refuse the line.
 */
export function commandOfEnv(argument: string): string | null {
  const split = /^(?:-[iv0]*S|--split-string[= ])(.*)$/s.exec(argument)?.[1];
  if (split === undefined) return argument === "" || argument.startsWith("-") ? null : argument;
  const words = splitWords(split);
  if (words === null) return null;
  const operands = words.slice(afterOptions(words));
  const at = operands.findIndex((word) => !word.includes("="));
  const command = operands[at];
  if (command === undefined || command.includes("${")) return null;
  return operands.slice(0, at).some((word) => word.startsWith("PATH=")) ? null : command;
}

/** Where the options of env(1) end: `-u`, `-C` and `-a` have a value, as the rest of their word or as the next one. */
function afterOptions(words: readonly string[]): number {
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "-" || word === "--") return at + 1;
    if (!word.startsWith("-")) return at;
    if (/^-[iv0]*S|^--split-string/.test(word)) return words.length;
    if (/^(?:-[iv0]*[uCa]|--(?:unset|chdir|argv0))$/.test(word)) at++;
  }
  return at;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ...[..."#$\"'\\"].map((sign): [string, string] => [sign, sign]),
  ...Object.entries({ f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" }),
]);

/** The words of a text for `-S` (GNU coreutils, "env invocation"); null for a quote without end or an unknown escape. */
function splitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  const end = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? "";
    const next = text[at + 1] ?? "";
    if (quote === "" && /\s/.test(sign)) end();
    else if (word === null && sign === "#") break;
    else if (sign === quote) quote = "";
    else if (quote === "" && (sign === '"' || sign === "'")) {
      quote = sign;
      word ??= "";
    } else if (sign !== "\\" || (quote === "'" && next !== "'" && next !== "\\")) word = `${word ?? ""}${sign}`;
    else if (next === "c" && quote === "") break;
    else {
      at++;
      if (next === "_" && quote === "") {
        end();
        continue;
      }
      const meant = next === "_" ? " " : escapes.get(next);
      if (meant === undefined) return null;
      word = `${word ?? ""}${meant}`;
    }
  }
  end();
  return quote === "" ? words : null;
}
