/** Colours of a terminal, or none. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly plain: (text: string) => string;
}

/** Colours for text without line feeds (ECMA-48, SGR); texts as they are where `colour` is not wanted. */
export function painter(colour: boolean): Paint {
  const code = (start: number, end: number) => (text: string) =>
    colour ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  return { bold: code(1, 22), good: code(32, 39), bad: code(31, 39), plain: (text) => text };
}
