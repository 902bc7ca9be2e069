/** A text read as words, or why it cannot be. */
export type Words = { readonly kind: "words"; readonly words: readonly string[] } | { readonly kind: "unclosed" };

const token = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)|(\s+)/y;

/** Splits as a shell does at blanks outside of quotes. Nothing is expanded: `$`, backquotes and `*` stand for themselves. */
export function splitWords(text: string): Words {
  const words: string[] = [];
  let word: string | null = null;
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return { kind: "unclosed" };
    const [, single, double, escaped, plain, blank] = match;
    if (blank !== undefined) {
      if (word !== null) words.push(word);
      word = null;
      continue;
    }
    word = (word ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain ?? "");
  }
  return { kind: "words", words: word === null ? words : [...words, word] };
}
