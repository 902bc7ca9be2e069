import { VulnError } from "../error.ts";

/** A feed that its publisher keeps up to date. */
export interface LiveFeed {
  /** Short, for flags, mirrors and the configuration: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly url: string;
  /** Largest size in bytes, as sent and unpacked. Zip archives have limits of their own. */
  readonly maxBytes: number;
  /** What is expected there, for messages. */
  readonly holds: string;
  /** The format it must be read in, as providers call it; absent where it may also be passed over. */
  readonly format?: string;
  /** Whether an index without it is worth having: it only adds to what others know. */
  readonly optional: boolean;
  /** Where its SHA-256 lies, as sha256sum writes it. */
  readonly checksum?: string;
  /** Hosts its server is known to redirect to, besides itself. */
  readonly redirects?: readonly string[];
}

const mebibyte = 1024 * 1024;
const osvBucket = "https://osv-vulnerabilities.storage.googleapis.com";
const salsa = "https://salsa.debian.org";
const github = "https://github.com";
const githubFiles = "https://raw.githubusercontent.com";

/** The Debian security tracker's state of every source package. */
export const debianTrackerFeed: LiveFeed = {
  name: "debian-tracker",
  title: "Debian security tracker",
  url: "https://security-tracker.debian.org/tracker/data/json",
  maxBytes: 512 * mebibyte,
  holds: "the tracker's JSON: source package, CVE, releases",
  format: "Debian security tracker",
  optional: false,
};

/** OSV's export of one ecosystem, such as `Debian` or `npm`: a zip archive of records. */
export function osvFeed(ecosystem: string): LiveFeed {
  return {
    name: `osv-${ecosystem.toLowerCase().replaceAll(".", "-")}`,
    title: `OSV ${ecosystem}`,
    url: `${osvBucket}/${encodeURIComponent(ecosystem)}/all.zip`,
    maxBytes: 1024 * mebibyte,
    holds: "a zip archive of OSV records",
    format: "OSV",
    optional: false,
  };
}

/** One of the security tracker's lists of advisories: `DSA` or `DLA`. */
function debianListFeed(list: "DSA" | "DLA"): LiveFeed {
  return {
    name: `debian-${list.toLowerCase()}`,
    title: `Debian's list of ${list}s`,
    url: `${salsa}/security-tracker-team/security-tracker/-/raw/master/data/${list}/list`,
    maxBytes: 64 * mebibyte,
    holds: `the tracker's list of ${list}s`,
    format: "DSA/DLA list",
    optional: false,
  };
}

/** Packages of a Debian release (its number) that get no security support any more, or not in full. */
function debianSupportFeed(release: string): LiveFeed {
  return {
    name: `debian-support-${release}`,
    title: `Debian ${release}: ended and limited security support`,
    url: `${salsa}/debian/debian-security-support/-/raw/master/security-support.deb${release}`,
    maxBytes: mebibyte,
    holds: "a list of debian-security-support",
    optional: true,
  };
}

/** Alpine's security database of one branch, such as `v3.23`, and repository. Branches come and go. */
function alpineFeed(branch: string, repository: "main" | "community"): LiveFeed {
  return {
    name: `alpine-${branch.replaceAll(".", "-")}-${repository}`,
    title: `Alpine ${branch} ${repository}`,
    url: `https://secdb.alpinelinux.org/${branch}/${repository}.json`,
    maxBytes: 64 * mebibyte,
    holds: "Alpine's security database",
    format: "Alpine secdb",
    optional: true,
  };
}

/** A repository of GitHub as one archive. */
function repositoryFeed(
  feed: Pick<LiveFeed, "name" | "title" | "holds" | "format"> & { readonly repository: string },
): LiveFeed {
  const { repository, ...rest } = feed;
  return {
    ...rest,
    url: `${github}/${repository}/archive/refs/heads/main.tar.gz`,
    maxBytes: 512 * mebibyte,
    optional: true,
    redirects: ["codeload.github.com"],
  };
}

const dhi = "docker-hardened-images/advisories";

/** What is fetched unless told otherwise, with the addresses of the publishers. */
export const liveFeeds: readonly LiveFeed[] = [
  debianTrackerFeed,
  debianListFeed("DSA"),
  debianListFeed("DLA"),
  ...["11", "12", "13"].map(debianSupportFeed),
  {
    name: "debian-releases",
    title: "Debian's releases",
    url: `${salsa}/debian/distro-info-data/-/raw/main/debian.csv`,
    maxBytes: mebibyte,
    holds: "distro-info's list of releases",
    format: "distro-info",
    optional: true,
  },
  ...["Debian", "Alpine", "npm", "PyPI", "Go", "crates.io", "Maven", "RubyGems", "Packagist", "NuGet"].map(osvFeed),
  ...["v3.20", "v3.21", "v3.22", "v3.23", "v3.24", "edge"].flatMap((branch) => [
    alpineFeed(branch, "main"),
    alpineFeed(branch, "community"),
  ]),
  {
    name: "nodejs-core",
    title: "Node.js core advisories",
    url: `${githubFiles}/nodejs/security-wg/main/vuln/core/index.json`,
    maxBytes: 16 * mebibyte,
    holds: "the index of Node.js' core advisories",
    format: "Node.js advisories",
    optional: true,
  },
  repositoryFeed({
    name: "openssl",
    title: "OpenSSL advisories",
    repository: "openssl/release-metadata",
    holds: "an archive with OpenSSL's secjson",
    format: "CVE record",
  }),
  repositoryFeed({
    name: "cpython",
    title: "CPython advisories",
    repository: "psf/advisory-database",
    holds: "an archive with the PSF's OSV records",
    format: "OSV",
  }),
  {
    name: "kev",
    title: "CISA known exploited vulnerabilities",
    url: "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
    maxBytes: 64 * mebibyte,
    holds: "CISA's catalogue of known exploited vulnerabilities",
    format: "KEV",
    optional: true,
  },
  {
    name: "epss",
    title: "EPSS scores",
    url: "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
    maxBytes: 256 * mebibyte,
    holds: "EPSS scores as CSV",
    format: "EPSS",
    optional: true,
  },
  repositoryFeed({
    name: "dhi-osv",
    title: "Docker Hardened Images advisories",
    repository: dhi,
    holds: "an archive with DHI's OSV records",
  }),
  {
    name: "dhi-vex",
    title: "Docker Hardened Images VEX",
    url: `${githubFiles}/${dhi}/main/vex/dhi.vex.json`,
    maxBytes: 512 * mebibyte,
    holds: "an OpenVEX document",
    format: "VEX",
    optional: true,
    checksum: `${githubFiles}/${dhi}/main/vex/dhi.vex.json.sha256`,
  },
];

/** Which feeds are wanted: `only` these, or all but `skip`. */
export interface FeedChoice {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
}

/** The feeds of `feeds` that `choice` names, in their order. Throws VULN_FEED_UNKNOWN for a name that is none of them. */
export function chooseFeeds(choice: FeedChoice, feeds: readonly LiveFeed[] = liveFeeds): readonly LiveFeed[] {
  const { only = [], skip = [] } = choice;
  for (const name of [...only, ...skip]) requireFeed(name, feeds);
  const chosen = feeds.filter(({ name }) => (only.length === 0 || only.includes(name)) && !skip.includes(name));
  if (chosen.length > 0) return chosen;
  throw new VulnError("VULN_FEED_UNKNOWN", "all feeds are left out", { hint: "leave out fewer: --skip NAME" });
}

/** Throws VULN_FEED_UNKNOWN when none of `feeds` is called `name`. */
export function requireFeed(name: string, feeds: readonly LiveFeed[] = liveFeeds): void {
  if (feeds.some((feed) => feed.name === name)) return;
  const near = feeds.map((feed) => feed.name).filter((one) => one.split("-").some((part) => name.includes(part)));
  throw new VulnError("VULN_FEED_UNKNOWN", `there is no feed ${JSON.stringify(name)}`, {
    hint:
      near.length > 0
        ? `similar are ${near.slice(0, 6).join(", ")}; hardpan db update --list shows all`
        : "hardpan db update --list shows all",
  });
}
