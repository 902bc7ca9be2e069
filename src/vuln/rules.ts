/** Why a package was matched, by the name every finding carries. */
export const matchRules = {
  "debian-fixed": "The release has a fixed version of the source package and the installed one is older.",
  "debian-open": "The distribution lists the vulnerability as open for this source package and release.",
  "debian-advisory":
    "An announced fix (DSA, DLA) newer than the base data names a version; the installed one is older.",
  "debian-advisory-open": "An announcement (DSA, DLA) says that the package gets no fix in this release.",
  "debian-fix-not-released": "A fixed version is named, but it is newer than any that the release has yet.",
  "debian-inherited-from-sid":
    "The distribution has no entry for this release; the installed version is older than the one fixed in sid.",
  "archive-changelog":
    "The release has a newer version of the source package, whose changelog names the fix in an entry after the installed version.",
  "alpine-origin":
    "Alpine's data names a fixed version of the source package (origin) in this release; the installed one is older.",
  "ecosystem-range": "The version lies within a range, or is one of the versions, that the record calls affected.",
  "runtime-range":
    "The runtime's own project calls this version affected; no package of the distribution brought the runtime.",
} as const;

/** Name of a matching rule. */
export type MatchRule = keyof typeof matchRules;
