import { nameOf, parentOf, resolvePath } from "../../facts/path.ts";
import type { ScanContext } from "../cataloger.ts";
import { beside, type Installed } from "./installed.ts";
import type { RuntimeFinding } from "./texts.ts";

/** Tells whose the files are that belong to installed programs, by the package URLs of those. */
export function ownPrograms(
  context: ScanContext<RuntimeFinding>,
  programs: readonly (readonly [Installed, string])[],
): void {
  const { owners, tree, findings } = context;
  /** By the path of the file that a program's path, which may be a hard link, stands for. */
  const purls = new Map<string, string>();
  const fileAt = (path: string): string => {
    const file = tree.files.get(path);
    return file?.type === "link" ? file.linkPath : path;
  };
  for (const [one, purl] of programs) {
    owners.add(one.path, purl);
    purls.set(one.path, purl).set(fileAt(one.path), purl);
    for (const path of one.row.files?.(one.series) ?? []) owners.add(beside(one, path), purl);
    for (const folder of one.row.folders?.(one.series) ?? []) owners.addFolder(beside(one, folder), purl);
  }
  if (programs.length === 0) return;
  for (const [path, finding] of findings) {
    const purl = finding.kind === "program" ? purls.get(fileAt(path)) : undefined;
    if (purl !== undefined) owners.add(path, purl);
  }
  // Nothing is found in symbolic links.
  if (owners.covers === "findings") return;
  const folders = new Set(programs.map(([{ path }]) => parentOf(path)));
  for (const file of tree.files.values()) {
    if (file.type !== "symlink" || !holdsLinks(parentOf(file.path), folders)) continue;
    const purl = purls.get(resolvePath(tree.files, file.path) ?? "");
    if (purl !== undefined) owners.add(file.path, purl);
  }
}

/** Where links to programs stand: beside them, as `python3`, and in other folders of programs, as busybox has them. */
function holdsLinks(folder: string, folders: ReadonlySet<string>): boolean {
  return folders.has(folder) || nameOf(folder) === "bin" || nameOf(folder) === "sbin";
}
