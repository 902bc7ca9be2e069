import { SbomError } from "../../sbom/error.ts";
import { npmPurl } from "../../sbom/purl.ts";

/** Whether `name` can be a package's, with its scope. The registry allows 214 characters. */
export function isPackageName(name: unknown): name is string {
  return typeof name === "string" && name.length <= 214 && /^(@[^/@\s]+\/)?[^/@\s]+$/.test(name);
}

/** Whether `version` has the characters of a version; not a range, an address or a template. */
export function isPackageVersion(version: unknown): version is string {
  return typeof version === "string" && version.length <= 256 && /^[0-9A-Za-z][0-9A-Za-z.+_-]*$/.test(version);
}

/** The package URL; null for names that none can have. */
export function purlOf(name: string, version: string): string | null {
  try {
    return npmPurl(name, version);
  } catch (cause) {
    if (cause instanceof SbomError) return null;
    throw cause;
  }
}

/** `name@range` in its parts; null where there is no range. An alias, `old@npm:real@1`, is what it stands for. */
export function splitRequest(request: string): { readonly name: string; readonly range: string } | null {
  const at = request.indexOf("@", 1);
  if (at < 1) return null;
  const range = request.slice(at + 1);
  const alias = /^npm:(@?[^@]+)@(.+)$/.exec(range);
  const [, name = request.slice(0, at), aliased = range] = alias ?? [];
  return { name, range: aliased };
}
