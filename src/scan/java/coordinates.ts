/** What Maven knows an artifact by (https://maven.apache.org/pom.html, "Maven Coordinates"). */
export interface Coordinates {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** The coordinates of three texts as found; null where one is missing, a placeholder, or has characters Maven refuses. */
export function coordinatesOf(parts: {
  readonly group: string | undefined;
  readonly artifact: string | undefined;
  readonly version: string | undefined;
}): Coordinates | null {
  const group = parts.group?.trim() ?? "";
  const artifact = parts.artifact?.trim() ?? "";
  const version = parts.version?.trim() ?? "";
  return isIdentifier(group) && isIdentifier(artifact) && isVersion(version) ? { group, artifact, version } : null;
}

/** Whether `text` can be a group or an artifact. */
export function isIdentifier(text: string): boolean {
  return text.length <= 200 && /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(text);
}

/** Whether `text` can be a version: no placeholder and nothing a file name may not have. */
export function isVersion(text: string): boolean {
  return text.length <= 200 && /^[A-Za-z0-9][^\s\\/:"<>|?*{}$@!]*$/.test(text);
}
