import { environmentValue } from "../../facts/environment.ts";
import { nameOf, parentOf } from "../../facts/path.ts";
import type { ScanContext } from "../cataloger.ts";
import { rowFor } from "./program.ts";
import type { KnownProgram } from "./table.ts";
import type { RuntimeFinding } from "./texts.ts";

/** A program or library of the table as it is installed. */
export interface Installed {
  readonly path: string;
  readonly row: KnownProgram;
  /** Of its version, as its name has it (`3.11`); empty where it has none. */
  readonly series: string;
  /** What it says itself; null where it says nothing. */
  readonly version: string | null;
  /** The folder that its `bin` or `lib` stands in: `usr/local`, empty for the root. */
  readonly prefix: string;
}

/** Programs and libraries that no package owns, in the order of their paths. */
export function installedPrograms(context: ScanContext<RuntimeFinding>): readonly Installed[] {
  return [...context.findings].flatMap(([path, finding]): Installed[] => {
    if (finding.kind !== "program" || context.owners.owns(path)) return [];
    const known = rowFor(path);
    if (known?.row.name !== finding.name || !isProgram(context, path, known.row)) return [];
    return [{ path, ...known, version: finding.version, prefix: prefixOf(path) }];
  });
}

/** `path` in the folder that `bin` stands in. */
export function beside({ prefix }: Installed, path: string): string {
  return prefix === "" ? path : `${prefix}/${path}`;
}

/** The version that a program, the others of its installation or what stands beside it tell; empty where none does. */
export function versionOf(
  one: Installed,
  { together, context }: { readonly together: Together; readonly context: ScanContext<RuntimeFinding> },
): string {
  const others = together.get(installationOf(one)) ?? none;
  const [only = null] = others.size === 1 ? others : none;
  return one.version ?? only ?? versionBeside(one, context) ?? "";
}

/** Versions that the programs and libraries of an installation tell. */
export type Together = ReadonlyMap<string, ReadonlySet<string>>;

/** `bin/python3.11` itself says nothing where `lib/libpython3.11.so.1.0` has all of it: they tell their version together. */
export function versionsTogether(programs: readonly Installed[]): Together {
  const together = new Map<string, Set<string>>();
  for (const one of programs) {
    const key = installationOf(one);
    const versions = together.get(key) ?? new Set();
    if (one.version !== null) versions.add(one.version);
    together.set(key, versions);
  }
  return together;
}

const none: ReadonlySet<string> = new Set();

function installationOf({ row, series, prefix }: Installed): string {
  return [row.name, series, prefix].join(" ");
}

/** The smallest Node program ever released has several times this many bytes; launchers called `node` have fewer. */
const smallestNode = 4 * 2 ** 20;

function isProgram(context: ScanContext<RuntimeFinding>, path: string, row: KnownProgram): boolean {
  const file = context.tree.files.get(path);
  if (row.name !== "node") return file !== undefined;
  if (file?.type !== "file" || nameOf(parentOf(path)) !== "bin") return false;
  return file.size >= smallestNode && (file.mode & 0o111) !== 0;
}

function prefixOf(path: string): string {
  const folders = parentOf(path).split("/");
  const at = folders.findLastIndex((folder) => /^(?:s?bin|lib(?:32|64|exec)?)$/.test(folder));
  return folders.slice(0, at < 0 ? folders.length : at).join("/");
}

function versionBeside(one: Installed, { findings, config }: ScanContext<RuntimeFinding>): string | null {
  const textVersion = (path: string): string | null => {
    const finding = findings.get(beside(one, path));
    return finding?.kind === "version" ? finding.version : null;
  };
  const variable = (name: string) => environmentValue(config.container.environment, name) ?? "";
  if (one.row.name === "node") {
    return (
      textVersion("include/node/node_version.h") ??
      exactVersion(variable("NODE_VERSION")) ??
      exactVersion(/^(?:node-)?(v?\d+\.\d+\.\d+)(?:-|$)/.exec(nameOf(one.prefix))?.[1] ?? "") ??
      textVersion("CHANGELOG.md")
    );
  }
  if (one.row.name !== "python") return null;
  const wanted = exactVersion(variable("PYTHON_VERSION"));
  return (
    textVersion(`include/python${one.series}/patchlevel.h`) ??
    (wanted?.startsWith(`${one.series}.`) === true ? wanted : null)
  );
}

function exactVersion(text: string): string | null {
  return /^v?(\d{1,4}\.\d{1,4}\.\d{1,4})$/.exec(text)?.[1] ?? null;
}
