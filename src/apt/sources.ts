import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CodedError } from "../error.ts";
import { redactUrl } from "../http/redact.ts";
import { AptError } from "./error.ts";
import type { Pocket } from "./model.ts";
import { type AptSource, parseSourcesList, parseSourcesStanzas } from "./sources-list.ts";

/**
 * Where Debian's archive is fetched from, in order of preference. Every release is below the same two base URLs, so a
 * host's mirror serves other releases than the host's own too. URLs may hold credentials: show them redacted.
 */
export interface DebianMirrors {
  /** Without slash at the end, such as `https://mirror.example/debian`; for the release and its updates. */
  readonly main: readonly string[];
  /** For security updates. */
  readonly security: readonly string[];
  readonly origin: "configuration" | "environment" | "host" | "snapshot";
}

/** Where to look for mirrors; what comes first wins. */
export interface MirrorSearch {
  /** From Hardpan's own configuration; the form is that of `parseMirrors`. */
  readonly configured?: string;
  /** The value of HARDPAN_DEBIAN_MIRROR. */
  readonly environment?: string;
  /** The host's apt configuration; default /etc/apt. */
  readonly etc?: string;
  /** Milliseconds since 1970: which moment to take from the snapshot service. */
  readonly now: number;
}

/**
 * Finds the mirrors: the configured ones, HARDPAN_DEBIAN_MIRROR, the Debian entries of the host's apt configuration, or
 * else the snapshot service. That a mirror really serves Debian is proved by signatures alone, later. Throws
 * APT_MIRROR_INVALID for an address that cannot be used.
 */
export async function findMirrors(search: MirrorSearch): Promise<DebianMirrors> {
  if (isSet(search.configured)) return { ...parseMirrors(search.configured), origin: "configuration" };
  if (isSet(search.environment)) return { ...parseMirrors(search.environment), origin: "environment" };
  const host = mirrorsOfSources(await readAptSources(search.etc ?? "/etc/apt"));
  return host ?? snapshotMirrors(search.now);
}

/**
 * Mirrors written as text: URLs separated by spaces or commas, each of a main archive, or of a security archive when
 * its path ends in `debian-security`; `main=URL` and `security=URL` say it outright. Where only one of the two is
 * given, the other is its sibling: `…/debian` and `…/debian-security`. Throws APT_MIRROR_INVALID.
 */
export function parseMirrors(text: string): Pick<DebianMirrors, "main" | "security"> {
  const main: string[] = [];
  const security: string[] = [];
  for (const word of text.split(/[\s,]+/).filter((part) => part !== "")) {
    const [, kind, address = ""] = /^(?:(main|security)=)?(.*)$/.exec(word) ?? [];
    const base = baseUrl(address);
    const isSecurity = kind === undefined ? securityPath.test(new URL(base).pathname) : kind === "security";
    (isSecurity ? security : main).push(base);
  }
  if (main.length + security.length === 0) baseUrl(text);
  return completed(main, security);
}

/** The snapshot service as it was at `time` (milliseconds since 1970). */
export function snapshotMirrors(time: number): DebianMirrors {
  const stamp = new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
  return {
    main: [`https://snapshot.debian.org/archive/debian/${stamp}`],
    security: [`https://snapshot.debian.org/archive/debian-security/${stamp}`],
    origin: "snapshot",
  };
}

/** The mirrors that serve `pocket`; none for what is not Debian's. */
export function mirrorsFor(mirrors: Pick<DebianMirrors, "main" | "security">, pocket: Pocket): readonly string[] {
  if (pocket === "third-party") return [];
  return pocket === "security" ? mirrors.security : mirrors.main;
}

/** All entries of an apt configuration folder, in the order apt reads them; files that cannot be read are skipped. */
export async function readAptSources(etc: string): Promise<readonly AptSource[]> {
  const parts = join(etc, "sources.list.d");
  const names = (await readdir(parts).catch(() => [])).sort();
  const files = [join(etc, "sources.list"), ...names.map((name) => join(parts, name))];
  const sources: AptSource[] = [];
  for (const file of files.filter((name) => /\.(list|sources)$/.test(name))) {
    sources.push(...(await readSourcesFile(file)));
  }
  return sources;
}

async function readSourcesFile(file: string): Promise<readonly AptSource[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (file.endsWith(".list")) return parseSourcesList(text);
  try {
    return parseSourcesStanzas(text, file);
  } catch (cause) {
    if (cause instanceof CodedError) return [];
    throw cause;
  }
}

/** The mirrors behind those `sources` that are Debian's archive; null when there are none. Throws APT_MIRROR_INVALID. */
export function mirrorsOfSources(sources: readonly AptSource[]): DebianMirrors | null {
  const debian = sources.filter(isDebianArchive);
  const usable = debian.filter(({ uri }) => schemes.test(uri));
  const [unusable] = debian;
  if (usable.length === 0 && unusable !== undefined) baseUrl(unusable.uri);
  if (usable.length === 0) return null;
  const bases = (wanted: boolean) =>
    unique(usable.filter((source) => isSecuritySource(source) === wanted).map(({ uri }) => baseUrl(uri)));
  return { ...completed(bases(false), bases(true)), origin: "host" };
}

const schemes = /^(https?|file):/i;
const mainPath = /\/debian(\/\d{8}T\d{6}Z)?\/*$/;
const securityPath = /\/debian-security(\/\d{8}T\d{6}Z)?\/*$/;
const debianSuite =
  /^(buster|bullseye|bookworm|trixie|forky|duke|sid|oldoldstable|oldstable|stable|testing|unstable)(-(updates|security|proposed-updates|backports)|\/updates)?$/;

/** Whether an entry is of Debian's own archive: by its suite, its component `main` and the end of its path. */
function isDebianArchive(source: AptSource): boolean {
  const path = source.uri.replace(/[?#].*$/, "");
  return (
    debianSuite.test(source.suite) &&
    source.components.includes("main") &&
    (mainPath.test(path) || securityPath.test(path))
  );
}

function isSecuritySource(source: AptSource): boolean {
  return securityPath.test(source.uri) || /-security$|\/updates$/.test(source.suite);
}

/** `address` as a base URL without slash at the end. */
function baseUrl(address: string): string {
  const parsed = URL.parse(address);
  if (parsed !== null && schemes.test(parsed.protocol)) return parsed.href.replace(/\/+$/, "");
  const shown = parsed === null ? "an address that is no URL" : redactUrl(address);
  throw new AptError("APT_MIRROR_INVALID", `cannot use the Debian mirror ${shown}`, {
    hint: "mirrors are http:, https: or file: URLs, such as HARDPAN_DEBIAN_MIRROR=https://mirror.example/debian; lists of mirrors (mirror+file:) are not read",
  });
}

/** Fills in the archive that was not named with the sibling of the one that was. */
function completed(main: readonly string[], security: readonly string[]): Pick<DebianMirrors, "main" | "security"> {
  return {
    main: unique(main.length > 0 ? main : security.map((base) => sibling(base, "debian"))),
    security: unique(security.length > 0 ? security : main.map((base) => sibling(base, "debian-security"))),
  };
}

/** `…/debian` ↔ `…/debian-security`; a base that ends in neither holds both suites, so it is its own sibling. */
function sibling(base: string, name: "debian" | "debian-security"): string {
  return base.replace(/\/debian(?:-security)?((?:\/\d{8}T\d{6}Z)?)$/, `/${name}$1`);
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== "";
}
