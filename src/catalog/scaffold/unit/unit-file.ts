/** Settings of one section by name, the values of each in their order. */
export type UnitSection = ReadonlyMap<string, readonly string[]>;

/** A unit file's sections by name. */
export type UnitFile = ReadonlyMap<string, UnitSection>;

const longestText = 1 << 20;

/**
 * Reads a unit file (systemd.syntax(7)): sections, comments, lines continued by a backslash. A section that comes again is
 * joined with the first; an empty value forgets those before it. What is neither section nor setting counts for nothing, as
 * for systemd. Of a text of more than 1 MiB the rest is not read. Never throws.
 */
export function parseUnitFile(text: string): UnitFile {
  const sections = new Map<string, Map<string, string[]>>();
  let settings: Map<string, string[]> | null = null;
  for (const line of wholeLines(text.slice(0, longestText))) {
    const [, name] = /^\[([^[\]]+)\]$/.exec(line) ?? [];
    if (name !== undefined) {
      settings = sections.get(name) ?? new Map();
      sections.set(name, settings);
      continue;
    }
    const sign = line.indexOf("=");
    if (sign < 1 || settings === null) continue;
    const [key, value] = [line.slice(0, sign).trimEnd(), line.slice(sign + 1).trimStart()];
    if (value === "") settings.set(key, []);
    else addTo(settings, key, value);
  }
  return sections;
}

function addTo(settings: Map<string, string[]>, key: string, value: string): void {
  const before = settings.get(key);
  if (before === undefined) settings.set(key, [value]);
  else before.push(value);
}

/** Lines without comments, those that a backslash continues in one piece. Comments may stand between these. */
function wholeLines(text: string): readonly string[] {
  const lines: string[] = [];
  let pieces: string[] = [];
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line.startsWith("#") || line.startsWith(";")) continue;
    if (line.endsWith("\\")) {
      pieces.push(line.slice(0, -1));
      continue;
    }
    const whole = [...pieces, line].join(" ").trim();
    pieces = [];
    if (whole !== "") lines.push(whole);
  }
  const rest = pieces.join(" ").trim();
  return rest === "" ? lines : [...lines, rest];
}
