/** Markup that may stand in a page as it is. Only `html` makes it, so all text in it has been escaped. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | null | readonly Html[];

/** A template whose values are escaped, but for what is `Html` already; null stands for nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const parts = strings.map((text, index) => text + (index < values.length ? render(values[index] ?? null) : ""));
  return { markup: parts.join("") };
}

/** `text` for use between tags and in quoted attributes. Characters that are not seen but change what is are shown as `?`. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\p{Cc}\p{Cf}]/gu, (character) => (character === "\n" || character === "\t" ? character : "?"));
}

/** Text of this project's own that holds markup or style rules: never of anything read. */
export function trusted(markup: string): Html {
  return { markup };
}

function render(value: Part): string {
  if (value === null) return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map((part) => part.markup).join("");
}
