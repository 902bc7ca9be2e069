/** Why an action the format has is not offered, and what to do instead. */
export interface UnsupportedReason {
  readonly why: string;
  readonly hint: string;
}

const alpine = {
  why: "it builds packages for Alpine, and images here are made of Debian packages",
  hint: "use the dpkg/* or deb/* actions, or a step with `runs`",
};
const chart = {
  why: "it prepares Helm charts, and this builds images",
  hint: "charts are not built; take the step out of an image's definition",
};

/** Names, or beginnings that end in `/` or `:`, with the reason. */
const unsupported: Readonly<Record<string, UnsupportedReason>> = {
  "abuild/": alpine,
  "helm/": chart,
  "yq/patch@v1": chart,
  "dhi/build-pkg:": {
    why: "it makes packages for a package repository of Docker's",
    hint: "make a Debian package with deb/build@v1, or copy the files with the build's `outputs`",
  },
  "sbom@v1": {
    why: "it scans a folder with a scanner that is not in the stage, and a made-up SBOM would be worse than none",
    hint: "leave the step out, and its folder out of `outputs`: the finished image is scanned as a whole. To state what a scan cannot see, use spdx@v1",
  },
  "npm/patch@v1": { why: "npm/bump@v1 took its place", hint: "use npm/bump@v1" },
  "yarn/patch@v1": { why: "yarn/bump@v2 took its place", hint: "use yarn/bump@v2" },
  "yarn/bump@v1": { why: "yarn/bump@v2 took its place", hint: "use yarn/bump@v2" },
  "dpkg/upload@v1": {
    why: "a build publishes nothing",
    hint: "take the files with the build's `outputs` and upload them outside of the build",
  },
  "dpkg/extract@v1": {
    why: "its inputs are not published",
    hint: "use deb/install@v1, or `runs` with dpkg-deb --extract",
  },
};

/** The beginnings and names that are known and not offered, for the documentation. */
export const unsupportedNames: readonly string[] = Object.keys(unsupported);

/** Why the action is not offered; null when nothing is known about it. */
export function unsupportedReason(uses: string): UnsupportedReason | null {
  const name = unsupportedNames.find((known) => (/[/:]$/.test(known) ? uses.startsWith(known) : uses === known));
  return name === undefined ? null : (unsupported[name] ?? null);
}
