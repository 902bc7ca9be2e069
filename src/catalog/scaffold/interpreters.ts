/** What runs scripts, by its path: the package that brings it. */
export const interpreterPackages: ReadonlyMap<string, string> = new Map([
  ["/usr/bin/sh", "dash"],
  ["/usr/bin/dash", "dash"],
  ["/usr/bin/bash", "bash"],
  ["/usr/bin/env", "coreutils"],
  ["/usr/bin/perl", "perl-base"],
  ["/usr/bin/python3", "python3-minimal"],
]);
