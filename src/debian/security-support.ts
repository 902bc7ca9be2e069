/** What a line of Debian's lists of security support says of a source package. */
export interface SupportLine {
  /** A name, or the beginning of names before `.*`. */
  readonly package: string;
  /** `supported` takes a package out of a line that has it by its beginning. */
  readonly state: "ended" | "limited" | "supported";
  /** The last version that had support; null where it is not said. */
  readonly version: string | null;
  /** ISO date on which support ended or will end; null where it is not said. */
  readonly date: string | null;
  /** Why, in words. */
  readonly note: string | null;
}

/** `all`: a list of one release, whose lines name the state of a package. `ended` and `limited`: those of before 2025. */
export type SupportListKind = "all" | "ended" | "limited";

/** What each list begins with. */
const titles: Readonly<Record<SupportListKind, string>> = {
  all: "List of packages whose security support is limited or ends before the distribution EOL",
  ended: "List of packages whose security support ends before the distribution EOL",
  limited: "List of packages where security support is limited",
};

/** How a line of each list reads. */
export const supportLineForms: Readonly<Record<SupportListKind, string>> = {
  all: "package non-supported version date, package limited or package supported",
  ended: "package version date",
  limited: "package",
};

/** Which of the lists of the package debian-security-support a text is, by its head; null for none. */
export function supportListKind(text: string): SupportListKind | null {
  const head = text.slice(0, 500);
  const kinds: readonly SupportListKind[] = ["all", "ended", "limited"];
  return kinds.find((kind) => head.includes(titles[kind])) ?? null;
}

/** The release that a list is for by its file's name, `13` of `security-support.deb13`; null where it has none in it. */
export function supportListRelease(name: string): string | null {
  return /\.deb(\d{1,3})$/.exec(name)?.[1] ?? null;
}

/** Reads a line without blanks around it that is neither empty nor a comment; null for one that is not of the list's form. */
export function parseSupportLine(line: string, kind: SupportListKind): SupportLine | null {
  const [name = "", ...rest] = line.split(/\s+/);
  if (kind === "ended") return endedLine(name, rest);
  if (kind === "limited") return lineOf(name, "limited", rest);
  const [state, ...more] = rest;
  if (state === "non-supported") return endedLine(name, more);
  return state === "limited" || state === "supported" ? lineOf(name, state, more) : null;
}

/** All lines of a list; null for a text that is none, or has a line that is not of its form. */
export function parseSupportList(text: string): readonly SupportLine[] | null {
  const kind = supportListKind(text);
  if (kind === null) return null;
  const contents = text.split("\n").map((line) => line.trim());
  const lines = contents
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => parseSupportLine(line, kind));
  return lines.includes(null) ? null : lines.filter((line) => line !== null);
}

function endedLine(name: string, [version = "", date = "", ...note]: readonly string[]): SupportLine | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return null;
  return { ...lineOf(name, "ended", note), version, date };
}

function lineOf(name: string, state: SupportLine["state"], note: readonly string[]): SupportLine {
  const words = note.length === 0 ? null : note.join(" ").slice(0, 500);
  return { package: name, state, version: null, date: null, note: words };
}

/** What lists say of one source package on a day. */
export interface ListedSupport<Line> {
  /** Set where no more fixes come. */
  readonly ended: Line | null;
  /** Set where fixes come for some uses only. */
  readonly limited: Line | null;
}

/**
 * A function that says what the lines of a release's lists say of a source package on `today` (ISO date): its own line
 * before one that has it by the beginning of its name.
 */
export function supportByPackage<Line extends SupportLine>(
  lines: readonly Line[],
  today: string,
): (sourcePackage: string) => ListedSupport<Line> {
  if (lines.length === 0) return () => ({ ended: null, limited: null });
  const exact = Map.groupBy(
    lines.filter((line) => !isPattern(line)),
    (line) => line.package,
  );
  const patterns = lines.filter(isPattern).map((line) => ({ line, beginning: line.package.slice(0, -2) }));
  return (name) => {
    if (exact.get(name)?.some(({ state }) => state === "supported") === true) return { ended: null, limited: null };
    const about = [
      ...(exact.get(name) ?? []),
      ...patterns.filter(({ beginning }) => name.startsWith(beginning)).map(({ line }) => line),
    ];
    return {
      ended: about.find((line) => line.state === "ended" && (line.date === null || line.date <= today)) ?? null,
      limited: about.find((line) => line.state === "limited") ?? null,
    };
  };
}

function isPattern(line: SupportLine): boolean {
  return line.package.endsWith(".*");
}
