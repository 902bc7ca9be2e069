import { environmentValue } from "../../facts/environment.ts";
import type { ImageFile } from "../../facts/model.ts";
import { nameOf, parentOf, resolvePath } from "../../facts/path.ts";
import { genericPurl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";

/**
 * The Node.js runtime where no package owns it: a program `bin/node` as the official archives and images install it. Its
 * version is what the headers beside it say, else the image's NODE_VERSION, the folder's name or the change log; empty
 * where none of them knows. It owns the files of the official archive that stand with it.
 */
export const nodeRuntimeCataloger: Cataloger<string> = {
  name: "node-runtime",
  interest: { names: ["node_version.h", "CHANGELOG.md", "LICENSE"] },
  reading(path, { size }) {
    if ((!path.endsWith(headerPath) && !archiveText.test(path)) || size > 2 ** 20) return null;
    return { limit: 2 ** 20, read: (content) => new TextDecoder().decode(content) };
  },
  catalog(context) {
    const programs = context.tree.files
      .values()
      .filter((file) => isRuntime(context, file))
      .toArray();
    const runtimes = new Map<string, FoundPackage>();
    for (const item of programs.map((program) => describe(context, program))) {
      const known = runtimes.get(item.purl);
      const locations = [...(known?.locations ?? []), ...item.locations].sort();
      runtimes.set(item.purl, { ...(known ?? item), locations });
    }
    return [...runtimes.values()].filter((item) => !context.found.some((other) => isSame(item, other)));
  },
};

/** A record of the builder may name the runtime without naming this file. */
function isSame(item: FoundPackage, other: FoundPackage): boolean {
  return item.type === other.type && item.name === other.name && item.version === other.version;
}

const headerPath = "include/node/node_version.h";
/** Texts of an official archive where it is usually unpacked: below /usr/local, or a folder named after its version. */
const archiveText = /^(?:usr\/(?:local\/)?|(?:.+\/)?(?:node-)?v?\d+\.\d+\.\d+[^/]*\/)?(?:CHANGELOG\.md|LICENSE)$/;
/** The smallest Node program ever released has several times this many bytes; scripts called `node` have fewer. */
const smallestProgram = 4 * 2 ** 20;

function isRuntime(context: ScanContext<string>, file: ImageFile): boolean {
  const { path } = file;
  if (!(path === "bin/node" || path.endsWith("/bin/node")) || file.type !== "file") return false;
  return file.size >= smallestProgram && !context.owners.owns(path) && (file.mode & 0o111) !== 0;
}

function describe(context: ScanContext<string>, program: ImageFile): FoundPackage {
  const { findings } = context;
  const prefix = parentOf(parentOf(program.path));
  const at = (path: string) => (prefix === "" ? path : `${prefix}/${path}`);
  const license = findings.get(at("LICENSE")) ?? "";
  const version =
    versionInHeader(findings.get(at(headerPath)) ?? "") ??
    versionInEnvironment(context.config.container.environment) ??
    versionInName(nameOf(prefix)) ??
    versionInChangeLog(findings.get(at("CHANGELOG.md")) ?? "") ??
    "";
  const purl = genericPurl("node", version);
  own(context, at, purl);
  return {
    type: "generic",
    name: "node",
    version,
    source: null,
    purl,
    licenses: license.startsWith("Node.js is licensed for use as follows") ? ["MIT"] : [],
    locations: [program.path],
    supplier: null,
    architecture: null,
    comments: version === "" ? ["version not found"] : [],
  };
}

/** What the official archive of Node.js has besides npm and corepack, which are packages of their own. */
function own(context: ScanContext<string>, at: (path: string) => string, purl: string): void {
  const { owners, tree } = context;
  for (const path of ["bin/node", "README.md", "LICENSE", "CHANGELOG.md", "share/man/man1/node.1"])
    owners.add(at(path), purl);
  for (const path of ["share/systemtap/tapset/node.stp", "share/doc/node/gdbinit", "share/doc/node/lldb_commands.py"]) {
    owners.add(at(path), purl);
  }
  owners.addFolder(at("include/node"), purl);
  const nodejs = at("bin/nodejs");
  if (resolvePath(tree.files, nodejs) === at("bin/node")) owners.add(nodejs, purl);
}

/** The version that `node_version.h` defines; null for anything else. */
export function versionInHeader(header: string): string | null {
  const number = (part: string) =>
    new RegExp(`^#define NODE_${part}_VERSION\\s+(\\d{1,6})\\s*$`, "m").exec(header)?.[1];
  const [major, minor, patch] = [number("MAJOR"), number("MINOR"), number("PATCH")];
  if (major === undefined || minor === undefined || patch === undefined) return null;
  const isRelease = /^#define NODE_VERSION_IS_RELEASE\s+1\s*$/m.test(header);
  const tag = /^#\s*define NODE_TAG\s+"(-[A-Za-z0-9.-]{1,60})"\s*$/m.exec(header)?.[1];
  return `${major}.${minor}.${patch}${isRelease ? "" : (tag ?? "-pre")}`;
}

function versionInEnvironment(environment: readonly string[]): string | null {
  return exactVersion(environmentValue(environment, "NODE_VERSION") ?? "");
}

/** `v24.1.0`, or `node-v24.1.0-linux-x64` as archives are unpacked. */
function versionInName(folder: string): string | null {
  return exactVersion(/^(?:node-)?(v?\d+\.\d+\.\d+)(?:-|$)/.exec(folder)?.[1] ?? "");
}

/** The change log of a release begins with a table whose current release is bold. */
export function versionInChangeLog(text: string): string | null {
  const [, version] = /<b><a href="doc\/changelogs\/CHANGELOG_[A-Z0-9]+\.md#(\d+\.\d+\.\d+)">/.exec(text) ?? [];
  return version ?? null;
}

function exactVersion(text: string): string | null {
  return /^v?(\d{1,4}\.\d{1,4}\.\d{1,4})$/.exec(text)?.[1] ?? null;
}
