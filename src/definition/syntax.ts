/** The distribution an image is made from, as the catalogue's folders name it: `debian-13`. */
export interface Distro {
  readonly name: string;
  /** `13`, `3.23`. */
  readonly release: string;
}

/** What the `# syntax=` line says. */
export interface Syntax {
  /** The frontend's name without tag: `hardpan/build`, `dhi.io/build`. */
  readonly frontend: string;
  /** The format's version. */
  readonly version: number;
  readonly distro: Distro;
}

/** Whether a definition is written for Hardpan, and so can say what Hardpan asks of it. */
export function isOurs({ frontend }: Syntax): boolean {
  return frontend === "hardpan/build" || frontend.endsWith("/hardpan/build");
}

const line = /^#\s*syntax\s*=\s*(\S+)\s*$/;
const reference = /^((?:[\w.-]+(?::\d+)?\/)*build):(\d{1,4})-([a-z]+)(\d+(?:\.\d+)*)(?:@sha256:[0-9a-f]{64})?$/;

/** Reads the first line of a definition, such as `# syntax=hardpan/build:1-debian13`; null when it says nothing of the kind. */
export function parseSyntax(firstLine: string): Syntax | null {
  const [, frontend, version, name, release] = reference.exec(line.exec(firstLine)?.[1] ?? "") ?? [];
  if (frontend === undefined || version === undefined || name === undefined || release === undefined) return null;
  return { frontend, version: Number(version), distro: { name, release } };
}

/** The text up to its first line end, without the mark that some editors put at the beginning of a file. */
export function firstLine(text: string): string {
  return /^\uFEFF?([^\r\n]*)/.exec(text)?.[1] ?? "";
}

/** Whether a text is a definition at all, right or wrong: its first line is `# syntax=…`. */
export function isDefinitionText(text: string): boolean {
  return /^#\s*syntax\s*=/.test(firstLine(text));
}

/** `debian-13`, as folders and labels have it. */
export function distroName(distro: Distro): string {
  return `${distro.name}-${distro.release}`;
}

const debianCodenames: Readonly<Record<string, string>> = {
  "11": "bullseye",
  "12": "bookworm",
  "13": "trixie",
  "14": "forky",
};

/** The Debian codename of a distro, `trixie`; null for another distribution or an unknown release. */
export function debianCodename(distro: Distro): string | null {
  return distro.name === "debian" ? (debianCodenames[distro.release] ?? null) : null;
}
