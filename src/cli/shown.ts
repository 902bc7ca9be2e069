/**
 * `text` as it is printed for people, though parts of it come from images and feeds: without characters that a terminal acts
 * upon, but for tabs, ends of lines and, with `color`, colours; and without what the runners of GitHub, Azure DevOps and
 * TeamCity take for commands to them when they read it in the log. What is taken away, or stands before such a command, is `?`.
 */
export function shown(text: string, { color = false }: { readonly color?: boolean } = {}): string {
  return text
    .replace(color ? coloredControls : controls, (found) => (found.startsWith("\u001b[") ? found : "?"))
    .replace(/^([^\S\n]*)(?=::)/gm, "$1?")
    .replace(/##(?=\w*\[)/g, "##?");
}

/** JSON with what a terminal acts upon, and JSON need not escape, escaped: it is the same document. */
export function shownJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (found) =>
    found
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

const controls = /[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequence of colours (ECMA-48, SGR) begins with one.
const coloredControls = /\u001b\[[\d;]{0,20}m|[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029]/gu;
