import { nameOf } from "../../facts/path.ts";
import { type JavaFinding, readJavaRelease } from "./openjdk.ts";
import type { ProgramFinding } from "./program.ts";

/** What is found of a runtime: a program or library, or a text beside one. */
export type RuntimeFinding = ProgramFinding | TextFinding;

/** What a text beside a runtime says of it. */
export type TextFinding =
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "license"; readonly license: string }
  | JavaFinding;

/** Names of all texts that are read. */
export const textNames: readonly string[] = [
  ...["node_version.h", "CHANGELOG.md", "LICENSE"],
  ...["patchlevel.h", "VERSION", "release"],
];

/** Texts of an official archive of Node.js where it is usually unpacked: below /usr/local, or a folder named after its version. */
const nodeArchive = /^(?:usr\/(?:local\/)?|(?:.+\/)?(?:node-)?v?\d+\.\d+\.\d+[^/]*\/)?(?:CHANGELOG\.md|LICENSE)$/;

/** How the text at `path` is read; null where it is no text of a runtime. */
export function textReader(path: string): ((text: string) => TextFinding | null) | null {
  if (path.endsWith("include/node/node_version.h")) return versionFinding(versionInNodeHeader);
  if (/(?:^|\/)include\/python3\.\d{1,2}[a-z]?\/patchlevel\.h$/.test(path)) return versionFinding(versionInPatchLevel);
  if (/(?:^|\/)go(?:-?\d[\d.]*)?\/VERSION$/.test(path)) return versionFinding(versionOfGo);
  if (nodeArchive.test(path)) return nameOf(path) === "LICENSE" ? nodeLicense : versionFinding(versionInChangeLog);
  return nameOf(path) === "release" ? readJavaRelease : null;
}

function versionFinding(read: (text: string) => string | null): (text: string) => TextFinding | null {
  return (text) => {
    const version = read(text);
    return version === null ? null : { kind: "version", version };
  };
}

function nodeLicense(text: string): TextFinding | null {
  return text.startsWith("Node.js is licensed for use as follows") ? { kind: "license", license: "MIT" } : null;
}

/** The version that `node_version.h` defines; null for anything else. */
export function versionInNodeHeader(header: string): string | null {
  const number = (part: string) =>
    new RegExp(`^#define NODE_${part}_VERSION\\s+(\\d{1,6})\\s*$`, "m").exec(header)?.[1];
  const [major, minor, patch] = [number("MAJOR"), number("MINOR"), number("PATCH")];
  if (major === undefined || minor === undefined || patch === undefined) return null;
  const isRelease = /^#define NODE_VERSION_IS_RELEASE\s+1\s*$/m.test(header);
  const tag = /^#\s*define NODE_TAG\s+"(-[A-Za-z0-9.-]{1,60})"\s*$/m.exec(header)?.[1];
  return `${major}.${minor}.${patch}${isRelease ? "" : (tag ?? "-pre")}`;
}

/** The change log of a release of Node.js begins with a table whose current release is bold. */
export function versionInChangeLog(text: string): string | null {
  const [, version] = /<b><a href="doc\/changelogs\/CHANGELOG_[A-Z0-9]+\.md#(\d+\.\d+\.\d+)">/.exec(text) ?? [];
  return version ?? null;
}

/** The version that Python's `patchlevel.h` defines, without the mark of a changed source; null for anything else. */
export function versionInPatchLevel(header: string): string | null {
  const [, version] = /^#define PY_VERSION\s+"(3\.\d{1,2}\.\d{1,3}(?:(?:a|b|rc)\d{1,2})?)\+?"\s*$/m.exec(header) ?? [];
  return version ?? null;
}

/** The first line of the file `VERSION` of a Go installation, without `go`; null for anything else. */
export function versionOfGo(text: string): string | null {
  const [first = ""] = text.split("\n", 1);
  const [, version = ""] = /^go(\d{1,2}\.\d{1,3}(?:\.\d{1,3})?(?:(?:beta|rc)\d{1,2})?)\s*$/.exec(first) ?? [];
  return version === "" ? null : version;
}
