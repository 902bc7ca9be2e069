import { DebianError } from "./error.ts";
import { parseStanza, type Stanza } from "./stanza.ts";

/** A file an archive vouches for: its SHA-256 in hex and its size in bytes. */
export interface ReleaseFile {
  readonly sha256: string;
  readonly size: number;
}

/** The body of a Release or InRelease file. Texts that are absent are null; dates are ISO 8601 in UTC. */
export interface ReleaseBody {
  readonly origin: string | null;
  readonly label: string | null;
  readonly suite: string | null;
  readonly codename: string | null;
  readonly version: string | null;
  readonly date: string;
  readonly validUntil: string | null;
  readonly acquireByHash: boolean;
  /** Whether packages are to be taken only when nothing else has them, or by version: backports, experimental. */
  readonly notAutomatic: boolean;
  /** Whether packages for every architecture have an index of their own, `binary-all`, besides being in no other. */
  readonly separateAll: boolean;
  readonly architectures: readonly string[];
  readonly components: readonly string[];
  /** By path relative to the Release file. Only SHA-256 is read. */
  readonly files: ReadonlyMap<string, ReleaseFile>;
}

/**
 * Reads the text of a Release file, or of an InRelease file without its signature. Throws DEBIAN_RELEASE_INVALID for a
 * date that is absent or cannot be read, a path that leads outside and a file listed with two different hashes.
 */
export function parseRelease(text: string, what: string): ReleaseBody {
  const stanza = parseStanza(text, { what });
  const words = (field: string) => (stanza.get(field) ?? "").split(/\s+/).filter((word) => word !== "");
  const date = stanza.get("Date");
  const validUntil = stanza.get("Valid-Until");
  if (date === null) throw invalid(what, "has no Date");
  return {
    origin: stanza.get("Origin"),
    label: stanza.get("Label"),
    suite: stanza.get("Suite"),
    codename: stanza.get("Codename"),
    version: stanza.get("Version"),
    date: parseReleaseDate(date, what),
    validUntil: validUntil === null ? null : parseReleaseDate(validUntil, what),
    acquireByHash: stanza.get("Acquire-By-Hash")?.toLowerCase() === "yes",
    notAutomatic: stanza.get("NotAutomatic")?.toLowerCase() === "yes",
    separateAll:
      words("Architectures").includes("all") && !words("No-Support-for-Architecture-all").includes("Packages"),
    architectures: words("Architectures"),
    components: words("Components"),
    files: parseFiles(stanza, what),
  };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const datePattern =
  /^[A-Z][a-z]{2}, +(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{1,2}):(\d{2}):(\d{2}) (?:UTC|GMT|Z|[+-]0000)$/;

/** `Sat, 15 Nov 2025 10:03:32 UTC` as ISO 8601; only UTC is written in Release files. Throws DEBIAN_RELEASE_INVALID. */
function parseReleaseDate(text: string, what: string): string {
  const [, day, month = "", year, hour, minute, second] = datePattern.exec(text) ?? [];
  const number = months.indexOf(month);
  const numbers = [year, day, hour, minute, second].map(Number);
  const [y = 0, d = 0, h = 0, m = 0, s = 0] = numbers;
  const date = new Date(Date.UTC(y, number, d, h, m, s));
  if (number === -1 || date.getUTCDate() !== d || h > 23 || m > 59 || s > 59) {
    throw invalid(what, `has the unreadable date ${JSON.stringify(text.slice(0, 100))}`);
  }
  return date.toISOString().replace(".000Z", "Z");
}

function parseFiles(stanza: Stanza, what: string): ReadonlyMap<string, ReleaseFile> {
  const files = new Map<string, ReleaseFile>();
  for (const line of (stanza.get("SHA256") ?? "").split("\n")) {
    const [sha256 = "", size = "", path = "", ...rest] = line.trim().split(/\s+/);
    if (sha256 === "") continue;
    if (!/^[0-9a-f]{64}$/.test(sha256) || !/^[0-9]{1,15}$/.test(size) || !isSafePath(path) || rest.length > 0) {
      throw invalid(what, `has the unfit SHA256 line ${JSON.stringify(line.slice(0, 200))}`);
    }
    const known = files.get(path);
    if (known !== undefined && known.sha256 !== sha256)
      throw invalid(what, `lists ${path} twice with different hashes`);
    files.set(path, { sha256, size: Number(size) });
  }
  return files;
}

function isSafePath(path: string): boolean {
  return (
    path !== "" &&
    !path.startsWith("/") &&
    !path.split("/").some((part) => part === ".." || part === "." || part === "")
  );
}

function invalid(what: string, problem: string): DebianError {
  return new DebianError("DEBIAN_RELEASE_INVALID", `${what} ${problem}`, {
    hint: "the mirror is damaged or is not a Debian archive; try another",
  });
}
