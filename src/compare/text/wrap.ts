/**
 * `text` in lines of at most `width` columns of a terminal, broken at blanks, else after `/`, `@`, `:`, `,` and `;`, else
 * anywhere; nothing is left out but the blanks at breaks. Lines after the first begin with `indent` blanks. A character wider
 * than `width` stands alone.
 */
export function wrapped(text: string, { width, indent = 0 }: { readonly width: number; readonly indent?: number }) {
  const lines: string[] = [];
  const margin = " ".repeat(indent);
  let [line, used] = ["", 0];
  const finish = () => {
    lines.push(line);
    [line, used] = [margin, indent];
  };
  const append = (part: string, columns: number) => {
    line += part;
    used += columns;
  };
  const isEmpty = () => line === "" || line === margin;
  for (const word of text.split(" ")) {
    const gap = isEmpty() ? "" : " ";
    const columns = displayWidth(word);
    if (used + gap.length + columns <= width) {
      append(gap + word, gap.length + columns);
      continue;
    }
    const room = Math.max(width - indent, 1);
    if (!isEmpty() && (columns <= room || used + gap.length + 8 > width)) finish();
    else append(gap, isEmpty() ? 0 : gap.length);
    for (const piece of pieces(word, room)) {
      const size = displayWidth(piece);
      if (used + size > width && !isEmpty()) finish();
      append(piece, size);
    }
  }
  lines.push(line);
  return lines.map((one) => one.trimEnd());
}

/** How many columns of a terminal `text` takes; it has no control characters. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** `text` with blanks after it up to `width` columns. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(width - displayWidth(text), 0));
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/\p{M}/u.test(character)) return 0;
  return (code >= 0x20000 && code <= 0x3fffd) || wide.test(character) ? 2 : 1;
}

/** A word cut where it may be, so that no piece takes more than `room` columns. */
function pieces(word: string, room: number): readonly string[] {
  return (word.match(/[^/@:,;]*[/@:,;]*/g) ?? []).flatMap((part) => {
    if (part === "" || displayWidth(part) <= room) return part === "" ? [] : [part];
    const cut: string[] = [];
    let [piece, used] = ["", 0];
    for (const character of part) {
      const size = characterWidth(character);
      if (used + size > room && piece !== "") {
        cut.push(piece);
        [piece, used] = ["", 0];
      }
      piece += character;
      used += size;
    }
    return [...cut, piece];
  });
}
