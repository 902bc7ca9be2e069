/** A distribution that a lock file or a list of requirements pins. */
export interface LockedDistribution {
  readonly name: string;
  readonly version: string;
  /** Names as written. */
  readonly requires: readonly string[];
}

/** Whether `name` can be a distribution's (PEP 508). */
export function isLockedName(name: string): boolean {
  return name.length <= 200 && /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name);
}

/** Whether `version` is a single one: no pattern, range or text. */
export function isLockedVersion(version: string): boolean {
  return version.length <= 200 && /^[0-9v][\w.!+-]*$/.test(version);
}
