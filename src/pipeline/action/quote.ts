/** The text as one word of a shell, whatever it has in it. NUL cannot be written and never gets here. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * The text as one word, in which `${NAME}` is the value of that environment variable, itself taken literally. All else
 * stands as it is: nothing in the text is run.
 */
export function shellText(text: string): string {
  return pieces(text, /(\$\{[A-Za-z_]\w*\})/, (variable) => `"${variable}"`);
}

/** As `shellText`, with `*` and `?` matching file names. */
export function shellGlob(text: string): string {
  return pieces(text, /(\$\{[A-Za-z_]\w*\}|[*?])/, (special) => (special.length === 1 ? special : `"${special}"`));
}

/** Several words with a space between them. */
export function shellTexts(texts: readonly string[]): string {
  return texts.map(shellText).join(" ");
}

/** Splits at what `special` captures: those parts are every second one. */
function pieces(text: string, special: RegExp, write: (part: string) => string): string {
  if (text === "") return "''";
  return text
    .split(special)
    .map((part, index) => (index % 2 === 1 ? write(part) : part === "" ? "" : shellQuote(part)))
    .join("");
}
