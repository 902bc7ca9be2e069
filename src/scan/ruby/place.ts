import { joinPath } from "../../facts/path.ts";

/** Where a gem's specification is. */
export interface GemPlace {
  /** The folder gems are installed in, which has the `specifications`; "" for the root. */
  readonly home: string;
  /** Whether the gem comes with Ruby itself: its code is in Ruby's own folders. */
  readonly isDefault: boolean;
}

/** The place of the specification at `path`, by RubyGems' layout; null for other files. */
export function gemPlaceOf(path: string): GemPlace | null {
  const parts = path.split("/");
  const isDefault = parts.at(-2) === "default";
  const at = parts.length - (isDefault ? 3 : 2);
  return path.endsWith(".gemspec") && parts[at] === "specifications"
    ? { home: parts.slice(0, at).join("/"), isDefault }
    : null;
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

/** The folders that RubyGems puts the programs of gems of `home` into: its own, that of its Ruby, and Debian's choice. */
export function programFolders(home: string): readonly string[] {
  const [, prefix] = /^((?:.*\/)?)lib\/ruby\/gems\/[^/]+$/.exec(home) ?? [];
  const ofRuby = prefix === undefined ? [] : [`${prefix}bin`];
  const ofDebian = /^var\/lib\/gems\/[^/]+$/.test(home) ? ["usr/local/bin"] : [];
  return [joinPath(home, "bin"), ...ofRuby, ...ofDebian];
}

/** What was built of a gem for one platform and Ruby: `<home>/extensions/<platform>/<Ruby>/<full name>`. */
export interface ExtensionPlace {
  readonly home: string;
  readonly fullName: string;
  readonly folder: string;
}

/** The extension that the file at `path` is part of; null where it is part of none. */
export function extensionOf(path: string): ExtensionPlace | null {
  const at = path.indexOf("/extensions/");
  if (at < 0) return null;
  const [platform, ruby, fullName, file] = path.slice(at + "/extensions/".length).split("/", 4);
  if (fullName === undefined || file === undefined) return null;
  const home = path.slice(0, at);
  return { home, fullName, folder: `${home}/extensions/${platform}/${ruby}/${fullName}` };
}
