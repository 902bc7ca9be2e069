import { OciError } from "../oci/error.ts";
import { defaultRegistry, type ImageReference, parseReference } from "../oci/reference.ts";

/** An image of Docker's official library, taken apart by the way its tag is written. */
export interface OfficialImage {
  /** `node`, `python`. */
  readonly name: string;
  /** `24`, `24.3`, `24.3.0`; null where the tag names none, as `lts` or `slim`. */
  readonly version: string | null;
  /** The word that stands for a version that moves on: `lts`, `latest`, a release's code name; null without one. */
  readonly floating: string | null;
  /** `debian-12`, `alpine-3.22`, `alpine`, `ubuntu-24.04`, `windows`; null where it is not known what the tag stands for. */
  readonly distro: string | null;
  /** Whether the tag itself names the distribution; otherwise `distro` is what the publisher takes by default. */
  readonly distroNamed: boolean;
  /** `slim`, or `full` for everything else. */
  readonly variant: "slim" | "full";
  /** What else the tag says, in order: `fpm`, `jdk`. */
  readonly flavors: readonly string[];
  /** As written; null where only a digest is given. */
  readonly tag: string | null;
  readonly digest: string | null;
}

const dockerHubs = new Set([defaultRegistry, "index.docker.io", "registry-1.docker.io"]);

const distributions: ReadonlyMap<string, string> = new Map([
  ["buster", "debian-10"],
  ["bullseye", "debian-11"],
  ["bookworm", "debian-12"],
  ["trixie", "debian-13"],
  ["forky", "debian-14"],
  ["focal", "ubuntu-20.04"],
  ["jammy", "ubuntu-22.04"],
  ["noble", "ubuntu-24.04"],
]);

/** Words that move from version to version: release channels, and the code names of Node.js release lines. */
const floatingWords = new Set(
  "latest lts current stable mainline argon boron carbon dubnium erbium fermium gallium hydrogen iron jod krypton".split(
    " ",
  ),
);

/**
 * Reads a reference such as `node:24-bookworm-slim`, `docker.io/library/node:lts` or `node@sha256:…`. null for every
 * image that is not of the official library: those of other registries and owners are never guessed by their last name.
 */
export function parseOfficialImage(reference: string): OfficialImage | null {
  const parsed = readReference(reference);
  if (parsed === null || !dockerHubs.has(parsed.registry) || !/^(?:library\/)?[^/]+$/.test(parsed.repository))
    return null;
  const name = parsed.repository.replace(/^library\//, "");
  const words = parsed.tag === null ? [] : parsed.tag.toLowerCase().split("-");

  const version = words.find((word) => /^v?\d/.test(word)) ?? null;
  const floating = version === null ? (words.find((word) => floatingWords.has(word)) ?? null) : null;
  const named = words.map(distributionOf).find((distro) => distro !== null) ?? null;
  const known = (word: string) => word === version || floatingWords.has(word) || word === "slim";
  return {
    name,
    version,
    floating,
    distro: named ?? (parsed.tag === null ? null : defaultDistribution(name, version)),
    distroNamed: named !== null,
    variant: words.includes("slim") ? "slim" : "full",
    flavors: words.filter((word) => !known(word) && distributionOf(word) === null),
    tag: parsed.tag,
    digest: parsed.digest,
  };
}

function distributionOf(word: string): string | null {
  if (/^alpine(\d.*)?$/.test(word)) return word === "alpine" ? "alpine" : `alpine-${word.slice("alpine".length)}`;
  if (/^(?:nanoserver|windowsservercore)/.test(word)) return "windows";
  return distributions.get(word) ?? null;
}

/**
 * The Debian that a tag without a distribution stands for. Up to Node.js 24 that is bookworm. Where it is not certain,
 * as for a version the tag does not name, null.
 */
function defaultDistribution(name: string, version: string | null): string | null {
  const major = Number(/^\d+/.exec(version ?? "")?.[0] ?? Number.NaN);
  return name === "node" && major >= 20 && major <= 24 ? "debian-12" : null;
}

function readReference(reference: string): ImageReference | null {
  try {
    return parseReference(reference);
  } catch (error) {
    if (error instanceof OciError) return null;
    throw error;
  }
}
