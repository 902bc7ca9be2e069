/**
 * The words of a setting's value (systemd.syntax(7), "Quoting"): split at blanks, with quotes and C escapes. Null for a quote
 * without end. An unknown escape stays as it is.
 */
export function unitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? "";
    if (sign === "\\") {
      const { value, length } = escapeAt(text, at);
      word = (word ?? "") + value;
      at += length - 1;
    } else if (quote !== "") {
      if (sign === quote) quote = "";
      else word = (word ?? "") + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= "";
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + sign;
  }
  if (quote !== "") return null;
  return word === null ? words : [...words, word];
}

const letters: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", s: " " },
    ...{ "\\": "\\", '"': '"', "'": "'" },
  }),
);

/** What the escape that begins at `at` stands for, and how many characters it has. */
function escapeAt(text: string, at: number): { readonly value: string; readonly length: number } {
  const letter = letters.get(text[at + 1] ?? "");
  if (letter !== undefined) return { value: letter, length: 2 };
  const [whole, hex, octal] = /^\\(?:x([0-9a-fA-F]{2})|([0-7]{3}))/.exec(text.slice(at, at + 4)) ?? [];
  const code = hex === undefined ? Number.parseInt(octal ?? "0", 8) : Number.parseInt(hex, 16);
  if (whole === undefined || code === 0) return { value: text.slice(at, at + 2), length: 2 };
  return { value: String.fromCharCode(code), length: 4 };
}

/** What specifiers and variables of a unit stand for. */
export interface UnitScope {
  /** `redis-server.service`. */
  readonly unit: string;
  readonly user: string | null;
}

/** A text with its specifiers replaced, and those that only a running host knows, which stay. */
export interface Specified {
  readonly text: string;
  readonly unknown: readonly string[];
}

/** Replaces the specifiers of a system's unit (systemd.unit(5), "Specifiers"). */
export function expandSpecifiers(text: string, { unit, user }: UnitScope): Specified {
  const name = unit.replace(/\.[a-z]+$/, "");
  const [prefix = "", instance = ""] = name.split("@", 2);
  const known: ReadonlyMap<string, string> = new Map(
    Object.entries({
      ...{ n: unit, N: name, p: prefix, P: prefix, i: instance, I: instance, j: prefix.split("-").at(-1) ?? "" },
      ...{ t: "/run", S: "/var/lib", C: "/var/cache", L: "/var/log", E: "/etc", T: "/tmp", V: "/var/tmp" },
      ...{ h: "/root", s: "/bin/sh", u: user ?? "root", g: user ?? "root", "%": "%" },
    }),
  );
  const unknown: string[] = [];
  const expanded = text.replaceAll(/%([A-Za-z%])/g, (whole, letter: string) => {
    const value = known.get(letter);
    if (value === undefined) unknown.push(whole);
    return value ?? whole;
  });
  return { text: expanded, unknown };
}

/**
 * The words of a command with variables in place (systemd.service(5), "Command lines"): `$NAME` as a word of its own gives
 * the words of its value, `${NAME}` is replaced within a word, `$$` is a dollar. Variables that are not set give nothing.
 */
export function expandVariables(
  words: readonly string[],
  variables: ReadonlyMap<string, string>,
): { readonly words: readonly string[]; readonly unset: readonly string[] } {
  const unset = new Set<string>();
  const lookUp = (name: string) => {
    const value = variables.get(name);
    if (value === undefined) unset.add(name);
    return value ?? "";
  };
  const expanded = words.flatMap((word) => {
    const [, alone] = /^\$([A-Za-z_]\w*)$/.exec(word) ?? [];
    if (alone !== undefined) return unitWords(lookUp(alone)) ?? [];
    return [
      word.replaceAll(/\$\$|\$\{([A-Za-z_]\w*)\}/g, (whole, name?: string) =>
        whole === "$$" ? "$" : lookUp(name ?? ""),
      ),
    ];
  });
  return { words: expanded, unset: [...unset] };
}
