import { PackageURL } from "packageurl-js";
import type { SourcePackage } from "../model.ts";

/** What a package URL says. */
export interface ParsedPurl {
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: Readonly<Record<string, string>>;
}

/** The parts of a package URL; null for what is none. */
export function parsePurl(text: string): ParsedPurl | null {
  if (text.length > 4096) return null;
  try {
    const { type, namespace, name, version, qualifiers } = PackageURL.fromString(text);
    if (type === undefined || name === undefined) return null;
    return { type, namespace: namespace ?? null, name, version: version ?? null, qualifiers: { ...qualifiers } };
  } catch {
    return null;
  }
}

const joiners: ReadonlyMap<string, string> = new Map([
  ["npm", "/"],
  ["golang", "/"],
  ["composer", "/"],
  ["maven", ":"],
]);

/** The name its ecosystem calls a package by: with the namespace in npm, Go, Composer and Maven. */
export function ecosystemName(type: string, namespace: string | null, name: string): string {
  const joiner = joiners.get(type);
  return joiner === undefined || namespace === null ? name : `${namespace}${joiner}${name}`;
}

/**
 * The source package that the qualifier `upstream` names, with its version where that differs. A deb or apk without it is
 * built from the source package of its own name and version. null in ecosystems without source packages.
 */
export function upstreamSource(parts: ParsedPurl, version: string): SourcePackage | null {
  const upstream = parts.qualifiers["upstream"];
  if (parts.type === "rpm") {
    const source = upstream === undefined ? null : sourceRpm(upstream);
    return source === null ? null : { name: source.name, version: withEpoch(source.version, parts) };
  }
  if (upstream === undefined) {
    return parts.type === "deb" || parts.type === "apk" ? { name: parts.name, version } : null;
  }
  const at = upstream.lastIndexOf("@");
  if (at <= 0) return { name: upstream, version };
  return { name: upstream.slice(0, at), version: upstream.slice(at + 1) };
}

/** `version` with the epoch that the URL of an rpm or deb has as a qualifier, where the version does not say it. */
export function withEpoch(version: string, { type, qualifiers }: ParsedPurl): string {
  const epoch = type === "rpm" || type === "deb" ? qualifiers["epoch"] : undefined;
  return epoch === undefined || epoch === "0" || version === "" || /^\d+:/.test(version)
    ? version
    : `${epoch}:${version}`;
}

/** `bash-5.1.8-6.el9.src.rpm`: name, version and release. */
export function sourceRpm(file: string): SourcePackage | null {
  const match = /^(.+)-([^-]+-[^-]+?)(?:\.(?:no)?src\.rpm)?$/.exec(file.slice(0, 500));
  const [, name, version] = match ?? [];
  return name === undefined || version === undefined ? null : { name, version };
}
