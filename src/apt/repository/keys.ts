import { basename } from "node:path/posix";
import { CodedError } from "../../error.ts";
import { fetchCurrent } from "../../http/conditional.ts";
import { download } from "../../http/download.ts";
import { redactUrl } from "../../http/redact.ts";
import { AptError } from "../error.ts";
import { type AptOptions, type AptPorts, downloadPorts, isRecent } from "../ports.ts";
import type { Repository } from "./line.ts";

/** A keyring that a definition names. */
export interface KeyringFile {
  /** As it may be shown. */
  readonly address: string;
  /** The file's name without ending: what `signed-by=/usr/share/keyrings/NAME.gpg` means. */
  readonly name: string;
  /** Armored or binary. */
  readonly bytes: Uint8Array;
}

const maxBytes = 1 << 20;

/**
 * Fetches the keyring at `address`, an https: or file: URL. A plain http: one must end in `#sha256:HEX`, the SHA-256 of
 * the file, as anyone on the way could put another key in its place; the others may. Within `maxAge` the one looked at last
 * is used; offline, always. Throws APT_REPOSITORY_INVALID, APT_OFFLINE, and HTTP_….
 */
export async function fetchKeyring(address: string, ports: AptPorts, options: AptOptions): Promise<KeyringFile> {
  const { url, sha256 } = parseAddress(address);
  const shown = redactUrl(url);
  const stored = sha256 ?? (await currentKeyring(url, ports, options));
  if (sha256 !== null && options.offline !== true) {
    await download({ urls: [url], name: shown, sha256, maxBytes, files: true }, downloadPorts(ports, options));
  }
  const bytes = await ports.cache.read(stored);
  if (bytes === null) throw offline(shown);
  return { address: shown, name: stem(decodeURIComponent(new URL(url).pathname)), bytes };
}

/**
 * The keyrings whose keys may sign `repository`: those that `signed-by` names by their file name without ending. Where it
 * names none that there is, or nothing, each of them: no other keys can be meant, as definitions may call a key's file in
 * the image as they like.
 */
export function keyringsFor(repository: Repository, keyrings: readonly KeyringFile[]): readonly KeyringFile[] {
  const names = repository.signedBy.map(stem);
  const named = keyrings.filter(({ name }) => names.includes(name));
  return named.length > 0 ? named : keyrings;
}

/** Whether `signed-by` names the keyring of Debian's own archive. */
export function isSignedByDebian({ signedBy }: Repository): boolean {
  return signedBy.some((file) => stem(file) === "debian-archive-keyring");
}

function stem(path: string): string {
  return basename(path).replace(/\.(gpg|pgp|asc|key|pub)$/, "");
}

function parseAddress(address: string): { readonly url: string; readonly sha256: string | null } {
  const parsed = URL.parse(address);
  if (parsed === null || !/^(https?|file):$/.test(parsed.protocol)) {
    throw invalid(address, "is not an https: or file: URL");
  }
  const { hash } = parsed;
  parsed.hash = "";
  const pin = /^#sha256[:=]([0-9a-f]{64})$/.exec(hash)?.[1] ?? null;
  if (hash !== "" && pin === null) throw invalid(address, "has a fragment that is not sha256: and 64 digits");
  if (parsed.protocol === "http:" && pin === null)
    throw invalid(address, "would come over http, which anyone can change");
  return { url: parsed.href, sha256: pin };
}

const recordKind = "apt-repository-key";

/** The SHA-256 of what the address holds now, in the cache. */
async function currentKeyring(url: string, ports: AptPorts, options: AptOptions): Promise<string> {
  const known = await readKnown(url, ports);
  if (known !== null && (options.offline === true || isRecent(known.checkedAt, ports, options))) return known.sha256;
  if (options.offline === true) throw offline(redactUrl(url));
  try {
    const request = { url, name: redactUrl(url), maxBytes, files: true };
    const { sha256 } = await fetchCurrent(request, downloadPorts(ports, options));
    await ports.cache.writeRecord(recordKind, url, { sha256, checkedAt: ports.now() });
    return sha256;
  } catch (cause) {
    // A key that came by the same address before is as good as it was then.
    if (known !== null && cause instanceof CodedError && cause.code.startsWith("HTTP_")) return known.sha256;
    throw cause;
  }
}

/** What the address was last seen to hold; null when that is not in the cache any more. */
async function readKnown(
  url: string,
  { cache }: AptPorts,
): Promise<{ readonly sha256: string; readonly checkedAt: number } | null> {
  const record = await cache.record(recordKind, url);
  if (typeof record !== "object" || record === null) return null;
  const { sha256, checkedAt } = { sha256: null, checkedAt: null, ...record };
  if (typeof sha256 !== "string" || typeof checkedAt !== "number") return null;
  return (await cache.path(sha256)) === null ? null : { sha256, checkedAt };
}

function invalid(address: string, problem: string): AptError {
  return new AptError("APT_REPOSITORY_INVALID", `the keyring ${redactUrl(address)} ${problem}`, {
    hint: "give an https: address, or the file's hash after it: http://HOST/KEY#sha256:HEX",
  });
}

function offline(shown: string): AptError {
  return new AptError("APT_OFFLINE", `the keyring ${shown} is not in the cache`, {
    hint: "run once with access to it",
  });
}
