import { parseLicense } from "../../sbom/license.ts";
import { ScanError } from "../error.ts";
import { isObject, parseJson } from "../json.ts";

/** A package as Composer's `installed.json` has it. */
export interface ComposerPackage {
  /** `vendor/name`. */
  readonly name: string;
  /** As `composer show` prints it, such as `v6.4.1` or `dev-main`. */
  readonly version: string;
  readonly licenses: readonly string[];
  readonly supplier: string | null;
  /** Names in lower case. */
  readonly requires: readonly string[];
  /** Names it also answers to, by `replace` and `provide`. */
  readonly provides: readonly string[];
  /** Relative to the file; null for a package without files. */
  readonly installPath: string | null;
  /** Names of the programs that `vendor/bin` has of it. */
  readonly programs: readonly string[];
  readonly isDevelopment: boolean;
  /** The commit it was built from; null where it is not said. */
  readonly commit: string | null;
}

const mostPackages = 50_000;

/** Reads `vendor/composer/installed.json`: the object of Composer 2 or the list of Composer 1. Throws SCAN_FILE_INVALID. */
export function parseInstalled(text: string): readonly ComposerPackage[] {
  const json = parse(text);
  const { packages = json, "dev-package-names": development } = isObject(json) ? json : {};
  const list: unknown = Array.isArray(json) ? json : packages;
  const names = new Set(Array.isArray(development) ? development : []);
  const layout = Array.isArray(json) ? "list" : "object";
  return readAll(list, { isDevelopment: (name) => names.has(name), layout });
}

/** Reads `composer.lock`, whose packages have no folders. Throws SCAN_FILE_INVALID. */
export function parseComposerLock(text: string): readonly ComposerPackage[] {
  const json = parse(text);
  const { packages, "packages-dev": development = [] } = isObject(json) ? json : {};
  return [
    ...readAll(packages, { isDevelopment: () => false, layout: "object" }),
    ...readAll(development ?? [], { isDevelopment: () => true, layout: "object" }),
  ];
}

function readAll(list: unknown, surroundings: Surroundings): readonly ComposerPackage[] {
  if (!Array.isArray(list)) throw invalid("it has no list of packages");
  if (list.length > mostPackages) throw invalid(`it lists more than ${mostPackages} packages`);
  return list.map((item: unknown) => read(item, surroundings));
}

interface Surroundings {
  isDevelopment(name: string): boolean;
  readonly layout: "list" | "object";
}

function read(item: unknown, { isDevelopment, layout }: Surroundings): ComposerPackage {
  if (!isObject(item)) throw invalid("an item of it is no package");
  const { name, version, license, authors, require, replace, provide, bin, type, "install-path": path } = item;
  if (typeof name !== "string" || !isName(name)) throw invalid("an item of it names no package");
  if (typeof version !== "string" || !isVersion(version)) throw invalid(`it gives no version of ${name}`);
  const usualPath = layout === "list" && type !== "metapackage" ? `../${name}` : null;
  return {
    name,
    version,
    licenses: licensesIn(license),
    supplier: supplierIn(authors),
    requires: namesIn(require),
    provides: [...namesIn(replace), ...namesIn(provide)],
    installPath: typeof path === "string" && path.length <= 4096 ? path : usualPath,
    programs: textsIn(bin).map((program) => program.slice(program.lastIndexOf("/") + 1)),
    isDevelopment: isDevelopment(name),
    commit: commitIn(item),
  };
}

function parse(text: string): unknown {
  const json = parseJson(text);
  if (json === undefined) throw invalid("it is not JSON");
  return json;
}

function isName(name: string): boolean {
  return name.length <= 200 && /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/.test(name);
}

function isVersion(version: string): boolean {
  return version.length <= 200 && /^[!-~]+$/.test(version);
}

function textsIn(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value.slice(0, 1000) : [value];
  const texts = all.filter((text) => typeof text === "string").map((text) => text.trim().slice(0, 200));
  return [...new Set(texts)].filter((text) => text !== "");
}

/** A list is of licences to choose from. */
function licensesIn(value: unknown): readonly string[] {
  const licenses = textsIn(value);
  if (licenses.length < 2 || licenses.some((license) => parseLicense(license) === null)) return licenses;
  return [licenses.map((license) => (license.includes(" ") ? `(${license})` : license)).join(" OR ")];
}

function supplierIn(authors: unknown): string | null {
  const [first] = Array.isArray(authors) ? authors : [];
  const { name, email } = isObject(first) ? first : {};
  const [person = null] = textsIn(name);
  const [mail = null] = textsIn(email);
  return person === null || mail === null ? person : `${person} <${mail}>`;
}

/** The names a map of links asks for or answers to; platform requirements (`php`, `ext-json`) are no packages' names. */
function namesIn(links: unknown): readonly string[] {
  if (!isObject(links)) return [];
  return Object.keys(links)
    .filter((name) => name.includes("/") && isName(name))
    .slice(0, 1000)
    .map((name) => name.toLowerCase());
}

function commitIn({ source, dist }: Readonly<Record<string, unknown>>): string | null {
  const { reference: ofSource } = isObject(source) ? source : {};
  const { reference: ofDist } = isObject(dist) ? dist : {};
  return textsIn([ofSource, ofDist]).find((commit) => /^[0-9a-f]{40}$/.test(commit)) ?? null;
}

function invalid(reason: string): ScanError {
  return new ScanError("SCAN_FILE_INVALID", reason, {
    hint: "Composer's record of installed packages is damaged; run composer install again",
  });
}
