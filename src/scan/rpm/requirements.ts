import type { FolderFiles } from "../installed/files.ts";
import { type Needs, resolveRequirements } from "../installed/requirements.ts";

/** A package's name and files, and what it provides and requires as its header says. */
export interface RpmNeeds extends Needs {
  readonly name: string;
  readonly files: readonly FolderFiles[];
}

/** Folders that are one and the same where /usr is merged, as in every distribution of the last ten years. */
const merged = /^\/(?:usr\/)?(?:(bin)|s(bin)|(lib|lib64))$/;

/**
 * Positions of the packages each of `packages` depends on. What is required is a name that a package has or provides, or
 * the path of one of its files. Rich dependencies, `(a if b)`, are not resolved.
 */
export function resolveRpmRequirements(packages: readonly RpmNeeds[]): readonly (readonly number[])[] {
  const paths = new Map<string, Set<string>>();
  for (const { requires } of packages) {
    for (const path of requires.filter((name) => name.startsWith("/"))) {
      const { folder, name } = split(path);
      const names = paths.get(folder) ?? new Set();
      paths.set(folder, names.add(name));
    }
  }
  return resolveRequirements(
    packages.map(({ name, files, provides, requires }) => ({
      provides: [name, ...provides.map(usual), ...requiredFiles(files, paths)],
      requires: requires.map(usual),
    })),
  );
}

function requiredFiles(files: readonly FolderFiles[], paths: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return files.flatMap(([folder, names]) => {
    const place = placeOf(`/${folder}`);
    const required = paths.get(place);
    if (required === undefined) return [];
    const found = names.split("/").filter((name) => required.has(name));
    return found.map((name) => `${place}/${name}`);
  });
}

/** A path by the one name all names of its folder stand for; another name as it is. */
function usual(name: string): string {
  if (!name.startsWith("/")) return name;
  const path = split(name);
  return `${path.folder}/${path.name}`;
}

function split(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf("/");
  return { folder: placeOf(path.slice(0, slash)), name: path.slice(slash + 1) };
}

function placeOf(folder: string): string {
  return folder.replace(merged, "/$1$2$3");
}
