/** What all catalogers found in one file: findings by the cataloger's name, and what could not be read. */
export interface FileFindings {
  readonly found: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/** Whether `value` is what a finder of `createFinder` finds. */
export function isFileFindings(value: unknown): value is FileFindings {
  return typeof value === "object" && value !== null && "found" in value && "warnings" in value;
}
