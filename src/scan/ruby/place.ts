import { joinPath } from "../../facts/path.ts";

/** A file that tells of an installed gem. */
export interface GemPlace {
  readonly kind: "specification" | "extension";
  /** The folder gems are installed in, which has the `specifications`; "" for the root. */
  readonly home: string;
  /** Whether the gem comes with Ruby itself: its code is in Ruby's own folders. */
  readonly isDefault: boolean;
}

/** What the file at `path` tells of, by RubyGems' layout; null for others. */
export function gemPlaceOf(path: string): GemPlace | null {
  const parts = path.split("/");
  if (parts.at(-1)?.endsWith(".gemspec") === true) {
    const isDefault = parts.at(-2) === "default";
    const at = parts.length - (isDefault ? 3 : 2);
    if (parts[at] !== "specifications") return null;
    return { kind: "specification", home: parts.slice(0, at).join("/"), isDefault };
  }
  const at = parts.length - 5;
  if (parts.at(-1) !== "gem.build_complete" || parts[at] !== "extensions") return null;
  return { kind: "extension", home: parts.slice(0, at).join("/"), isDefault: false };
}

/** What RubyGems calls a gem's files after: its name, version and platform. */
export function fullNameOf(gem: {
  readonly name: string;
  readonly version: string;
  readonly platform: string | null;
}): string {
  return gem.platform === null ? `${gem.name}-${gem.version}` : `${gem.name}-${gem.version}-${gem.platform}`;
}

/** What in `home` is all of the gem called `fullName`: folders and files. */
export function partsOf(
  home: string,
  fullName: string,
): { readonly folders: readonly string[]; readonly files: readonly string[] } {
  return {
    folders: [joinPath(home, `gems/${fullName}`), joinPath(home, `doc/${fullName}`)],
    files: [joinPath(home, `cache/${fullName}.gem`), joinPath(home, `build_info/${fullName}.info`)],
  };
}
