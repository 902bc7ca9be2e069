import { DebianError } from "./error.ts";
import type { Stanza } from "./stanza.ts";
import { stripBinNmu } from "./version.ts";

/** A source package as a binary package names it. */
export interface SourceName {
  readonly name: string;
  readonly version: string;
}

/** A stanza of a Packages file, or a package's control file; relationship fields are as written, `""` when absent. */
export interface BinaryPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: SourceName;
  readonly essential: boolean;
  readonly priority: string;
  readonly section: string;
  readonly maintainer: string;
  readonly multiArch: string;
  /** First line of the description. */
  readonly summary: string;
  readonly preDepends: string;
  readonly depends: string;
  readonly provides: string;
  readonly replaces: string;
  readonly conflicts: string;
  readonly breaks: string;
}

/** A package with the place and identity of its .deb, as a Packages file gives them. */
export interface IndexedPackage extends BinaryPackage {
  /** Path below the archive's base URL. */
  readonly filename: string;
  /** Bytes of the .deb. */
  readonly size: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** The typed fields of `stanza`. Throws DEBIAN_PACKAGE_INVALID when Package, Version or Architecture is unfit. */
export function parseBinaryPackage(stanza: Stanza, what = "the package"): BinaryPackage {
  const text = (field: string) => stanza.get(field) ?? "";
  const name = required(stanza, { field: "Package", pattern: namePattern, what });
  return {
    name,
    version: required(stanza, { field: "Version", pattern: versionPattern, what }),
    architecture: required(stanza, { field: "Architecture", pattern: architecturePattern, what }),
    source: sourceOf(stanza),
    essential: text("Essential").toLowerCase() === "yes",
    priority: text("Priority"),
    section: text("Section"),
    maintainer: text("Maintainer"),
    multiArch: text("Multi-Arch"),
    summary: firstLine(text("Description")),
    preDepends: text("Pre-Depends"),
    depends: text("Depends"),
    provides: text("Provides"),
    replaces: text("Replaces"),
    conflicts: text("Conflicts"),
    breaks: text("Breaks"),
  };
}

/**
 * The typed fields of a stanza of a Packages file. Throws DEBIAN_PACKAGE_INVALID, also for a Filename that is absolute
 * or has `..` parts.
 */
export function parseIndexedPackage(stanza: Stanza, what = "the Packages file"): IndexedPackage {
  const filename = required(stanza, { field: "Filename", pattern: filenamePattern, what });
  if (filename.split("/").includes("..")) throw unfit(stanza, "Filename", what);
  return {
    ...parseBinaryPackage(stanza, what),
    filename: filename.replace(/^\.\//, ""),
    size: Number(required(stanza, { field: "Size", pattern: /^[0-9]{1,15}$/, what })),
    sha256: required(stanza, { field: "SHA256", pattern: /^[0-9a-fA-F]{64}$/, what }).toLowerCase(),
  };
}

/**
 * The source package of a binary package: `Source: name (version)`. Without that field it is named as the binary
 * package; without a version there it is the binary package's, less the mark of a binary-only rebuild.
 */
export function sourceOf(stanza: Stanza): SourceName {
  const [, name, version] = /^(\S+)(?:\s*\(([^()]*)\))?/.exec(stanza.get("Source") ?? "") ?? [];
  return {
    name: name ?? stanza.get("Package") ?? "",
    version: version?.trim() || stripBinNmu(stanza.get("Version") ?? ""),
  };
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9+.-]*$/;
const versionPattern = /^[A-Za-z0-9.+~:-]+$/;
/** opkg has underscores, too. */
const architecturePattern = /^[a-z0-9][a-z0-9_-]*$/;
const filenamePattern = /^[^/\s][^\s]*$/;

interface Requirement {
  readonly field: string;
  readonly pattern: RegExp;
  readonly what: string;
}

function required(stanza: Stanza, { field, pattern, what }: Requirement): string {
  const value = stanza.get(field);
  if (value === null || !pattern.test(value)) throw unfit(stanza, field, what);
  return value;
}

function unfit(stanza: Stanza, field: string, what: string): DebianError {
  const value = stanza.get(field);
  const problem =
    value === null ? `has no field ${field}` : `has the unfit field ${field}: ${JSON.stringify(value.slice(0, 100))}`;
  const name = stanza.get("Package")?.slice(0, 100) ?? "a stanza";
  return new DebianError("DEBIAN_PACKAGE_INVALID", `${what}, line ${stanza.line}: ${name} ${problem}`, {
    hint: "the file is damaged or was not made by Debian's tools",
  });
}

function firstLine(text: string): string {
  const newline = text.indexOf("\n");
  return newline === -1 ? text : text.slice(0, newline);
}
