import { joinPath, nameOf, parentOf } from "../../facts/path.ts";

/** A record of installed PHP packages: Composer's of a `vendor` folder, or PEAR's of one package. */
export type PhpPlace =
  | {
      readonly kind: "composer";
      /** The folder packages are installed in, and the project's folder it is in. */
      readonly vendor: string;
      readonly project: string;
    }
  | {
      readonly kind: "pear";
      /** The folder that has the `.registry`: packages of one registry know each other. */
      readonly root: string;
    };

/** What the file at `path` is a record of; null for others. */
export function phpPlaceOf(path: string): PhpPlace | null {
  const folder = parentOf(path);
  if (nameOf(path) === "installed.json") {
    const vendor = parentOf(folder);
    return nameOf(folder) === "composer" && vendor !== ""
      ? { kind: "composer", vendor, project: parentOf(vendor) }
      : null;
  }
  if (!path.endsWith(".reg")) return null;
  const registry = nameOf(folder).startsWith(".channel.") ? parentOf(folder) : folder;
  return nameOf(registry) === ".registry" ? { kind: "pear", root: parentOf(registry) } : null;
}

/** What Composer itself writes besides the packages. */
export function generatedFiles(vendor: string): readonly string[] {
  const names = [
    ...["ClassLoader.php", "InstalledVersions.php", "LICENSE", "installed.json", "installed.php", "platform_check.php"],
    ...["autoload_classmap.php", "autoload_files.php", "autoload_namespaces.php", "autoload_psr4.php"],
    ...["autoload_real.php", "autoload_static.php", "include_paths.php"],
  ];
  return [joinPath(vendor, "autoload.php"), ...names.map((name) => joinPath(vendor, `composer/${name}`))];
}

/** Where a package's `install-path`, relative to `vendor/composer`, is in the image; null where it leaves the project. */
export function installFolder(
  place: { readonly vendor: string; readonly project: string },
  path: string,
): string | null {
  if (path.startsWith("/")) return null;
  const parts = joinPath(place.vendor, "composer").split("/");
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  const folder = parts.join("/");
  const isVendor = folder === place.vendor || folder === joinPath(place.vendor, "composer");
  return isVendor || !folder.startsWith(joinPath(place.project, "")) || folder === place.project ? null : folder;
}
