/**
 * Reads a Java properties file (java.util.Properties, "load"): keys and values parted by `=`, `:` or blanks, comments,
 * lines going on after a backslash, escapes. Of a key given twice the last counts.
 */
export function parseProperties(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const [key, value] = keyAndValue(line);
    properties.set(unescaped(key), unescaped(value));
  }
  return properties;
}

function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let begun: string[] = [];
  for (const natural of text.split(/\r\n|\n|\r/)) {
    const line = natural.replace(/^[ \t\f]+/, "");
    if (begun.length === 0 && (line === "" || line.startsWith("#") || line.startsWith("!"))) continue;
    const goesOn = trailingBackslashes(line) % 2 === 1;
    begun.push(goesOn ? line.slice(0, -1) : line);
    if (goesOn) continue;
    lines.push(begun.join(""));
    begun = [];
  }
  return begun.length === 0 ? lines : [...lines, begun.join("")];
}

function trailingBackslashes(line: string): number {
  let count = 0;
  while (line[line.length - 1 - count] === "\\") count++;
  return count;
}

function keyAndValue(line: string): readonly [string, string] {
  let end = 0;
  while (end < line.length && !/[=: \t\f]/.test(line[end] ?? "")) end += line[end] === "\\" ? 2 : 1;
  const rest = line.slice(end).replace(/^[ \t\f]*[=:]?[ \t\f]*/, "");
  return [line.slice(0, end), rest];
}

const named: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g, (_, code: string | undefined, character: string) =>
    code === undefined ? (named[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
