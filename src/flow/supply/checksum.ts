import { fileName } from "../../image/input/placement.ts";
import { FlowError } from "../error.ts";

/** What a file of a definition must be. `hex` in lower case; `file` is the address of a file that has the checksum. */
export type Checksum =
  | { readonly kind: "sha256" | "sha512"; readonly hex: string }
  | { readonly kind: "commit"; readonly hex: string }
  | { readonly kind: "file"; readonly url: string };

/**
 * Reads `checksum` of a definition: `sha256:HEX`, `sha512:HEX`, 64 or 128 hexadecimal digits alone, a commit of 40, or the
 * https address of a checksum file. `url` is the file's, for messages. Throws FLOW_FILE_INVALID.
 */
export function parseChecksum(text: string, url: string): Checksum {
  const match = /^(?:(sha256|sha512):)?([0-9a-f]+)$/i.exec(text.trim());
  if (match !== null) {
    const [, algorithm, digits = ""] = match;
    const kind = kinds.get(digits.length);
    if (kind !== undefined && (algorithm === undefined || algorithm.toLowerCase() === kind)) {
      return { kind, hex: digits.toLowerCase() };
    }
  }
  if (/^https:\/\//i.test(text)) return { kind: "file", url: text };
  const isPlain = /^http:\/\//i.test(text);
  throw fileInvalid(
    `${url}: the checksum ${JSON.stringify(text.slice(0, 200))} ${isPlain ? "comes without encryption, so that anyone may change it" : "is of no known form"}`,
    "write sha256:HEX, sha512:HEX, a full commit for git, or the https address of a checksum file",
  );
}

const kinds: ReadonlyMap<number, "commit" | "sha256" | "sha512"> = new Map([
  [40, "commit"],
  [64, "sha256"],
  [128, "sha512"],
]);

/**
 * The checksum that a checksum file has for the file of `url`: in lines of `sha256sum` and `sha512sum` or of BSD's
 * `sha256`, by the file's name; or the only thing in it. Throws FLOW_FILE_INVALID when there is none, or several that
 * differ.
 */
export function checksumFor(
  url: string,
  checksumFile: { readonly url: string; readonly text: string },
): { readonly kind: "sha256" | "sha512"; readonly hex: string } {
  const name = fileName(url);
  const lines = checksumFile.text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const found = lines.flatMap((line) => readLine(line, lines.length === 1));
  const matching = found.filter((line) => line.name === null || line.name === name);
  const byLastPart = found.filter((line) => line.name?.split(/[/\\]/).at(-1) === name);
  const candidates = matching.length > 0 ? matching : byLastPart;
  const longest = Math.max(...candidates.map(({ hex }) => hex.length));
  const hashes = new Set(candidates.map(({ hex }) => hex).filter((hex) => hex.length === longest));
  const [hex] = hashes;
  const kind = kinds.get(hex?.length ?? 0);
  if (hex !== undefined && hashes.size === 1 && (kind === "sha256" || kind === "sha512")) return { kind, hex };
  throw fileInvalid(
    `${checksumFile.url} ${hashes.size > 1 ? `has several checksums for ${name}` : `has no SHA-256 or SHA-512 of ${name}`}`,
    "give the checksum itself, or the address of a file that has it",
  );
}

interface ChecksumLine {
  readonly hex: string;
  /** null for a checksum that stands alone. */
  readonly name: string | null;
}

function readLine(line: string, isOnly: boolean): readonly ChecksumLine[] {
  const gnu = /^\\?([0-9a-f]{64}|[0-9a-f]{128})(?:[ \t]+\*?(?:\.\/)?(\S.*?))?[ \t]*$/i.exec(line.trimStart());
  const bsd = /^SHA(?:256|512) ?\((?:\.\/)?(.+)\) ?= ?([0-9a-f]{64}|[0-9a-f]{128})\s*$/i.exec(line);
  const alone = /^\s*sha(?:256|512):([0-9a-f]{64}|[0-9a-f]{128})\s*$/i.exec(line);
  const hex = (gnu?.[1] ?? bsd?.[2] ?? alone?.[1])?.toLowerCase();
  if (hex === undefined) return [];
  const name = gnu?.[2] ?? bsd?.[1] ?? null;
  if (name !== null && name !== "-") return [{ hex, name }];
  return isOnly ? [{ hex, name: null }] : [];
}

/** FLOW_FILE_INVALID. */
export function fileInvalid(message: string, hint: string): FlowError {
  return new FlowError("FLOW_FILE_INVALID", message, { hint });
}
