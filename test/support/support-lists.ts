import type { TestPackage } from "./debian-archive.ts";

const head = "# List of packages whose security support is limited or ends before the distribution EOL\n";

/**
 * Debian's packages that say how long it supports what: trixie to the end of 2026, and to that of 2028 by its long-term team;
 * consul no longer, golang for some uses.
 */
export const supportLists: readonly TestPackage[] = [
  {
    name: "debian-security-support",
    version: "1:13",
    files: {
      "usr/share/debian-security-support/security-support.deb13": `${head}consul non-supported 1.10-1 2025-09-20 No longer free\ngolang.* limited See the release notes\n`,
      "usr/share/debian-security-support/security-support.deb12": `${head}nginx non-supported 1.22-1 2025-01-01\n`,
    },
  },
  {
    name: "distro-info-data",
    version: "0.66",
    files: {
      "usr/share/distro-info/debian.csv":
        "version,codename,series,created,release,eol,eol-lts\n12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-07-11,2028-06-30\n13,Trixie,trixie,2023-06-10,2025-08-09,2026-12-31,2028-12-31\n",
      "usr/share/distro-info/ubuntu.csv": "version,codename,series,created,release,eol,eol-server,eol-esm\n",
    },
  },
];
