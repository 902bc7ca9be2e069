/** What the stub line of a specification says, by which RubyGems lists gems without running their specifications. */
export interface Stub {
  readonly name: string;
  readonly version: string;
  readonly platform: string;
}

/** The stub (`# stub: name version platform paths`), which stands in the second line; null where there is none. */
export function stubOf(source: string): Stub | null {
  const [, line = ""] = source.slice(0, 10_000).split("\n", 2);
  const [, name = "", version = "", platform = ""] = /^# stub: (\S+) (\S+) (\S+)/.exec(line) ?? [];
  return isGemName(name) && isGemVersion(version) && isPlatform(platform) ? { name, version, platform } : null;
}

/** Whether RubyGems takes `name` for a gem's. */
export function isGemName(name: string): boolean {
  return name.length <= 200 && /^\w[\w.-]*$/.test(name) && /[A-Za-z]/.test(name);
}

/** Whether RubyGems takes `version` for a gem's (`Gem::Version`). */
export function isGemVersion(version: string): boolean {
  return version.length <= 200 && /^\d+(\.[0-9A-Za-z]+)*(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/.test(version);
}

/** Whether `platform` can be a gem's (`Gem::Platform`). */
export function isPlatform(platform: string): boolean {
  return platform.length <= 100 && /^[\w.-]+$/.test(platform);
}
