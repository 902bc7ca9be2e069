/** What the name of an archive says of what is in it. */
export interface NamedArchive {
  /** The whole name without its ending. */
  readonly stem: string;
  readonly name: string;
  /** null where the name has none. */
  readonly version: string | null;
}

/** What follows the version of builds of the same artifact: `-all`, `-linux-x86_64`. */
const classifier =
  /-(all|shaded|uber|exec|boot|plain|indy|standalone|sources|javadoc|tests?|(jar-)?with-dependencies|(linux|osx|macos|windows)[a-z0-9_-]{0,40})$/i;

/**
 * Parts `name-version.jar` as Maven writes it. The version begins at the last hyphen before a digit, or earlier where
 * what is before is a version too (`postgresql-42.2-1201-jdbc4.jar`); a name may have digits (`log4j-1.2-api-2.17.jar`).
 */
export function archiveName(fileName: string): NamedArchive {
  const stem = fileName.slice(-300).replace(/\.[A-Za-z]+$/, "");
  const build = withoutClassifiers(stem);
  let at = build.search(/-\d[^-]*(-[^-\d][^-]*)*$/);
  for (let earlier = at; earlier > 0; ) {
    const before = /-\d[0-9.]*$/.exec(build.slice(0, earlier));
    if (before === null) break;
    earlier = before.index;
    at = earlier;
  }
  if (at <= 0) return { stem, name: build, version: null };
  const version = build.slice(at + 1);
  // Debian installs under `3.x` what may be any version of 3.
  return { stem, name: build.slice(0, at), version: /(^|\.)x$/.test(version) ? null : version };
}

function withoutClassifiers(stem: string): string {
  let result = stem;
  for (let match = classifier.exec(result); match !== null; match = classifier.exec(result)) {
    result = result.slice(0, match.index);
  }
  return result;
}
