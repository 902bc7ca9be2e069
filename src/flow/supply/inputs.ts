import type { ArchivePackage } from "../../apt/model.ts";
import { fetchPackages } from "../../apt/package-download.ts";
import { describeMissing, PackagesMissingError, whereToLook } from "../../apt/packages-missing.ts";
import type { Lock, LockedNpmPackage, LockedPackage, LockedPlatform } from "../../definition/lock.ts";
import { fetchKnown } from "../../npm/locked.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";
import { aptOptions, aptPorts } from "./apt-ports.ts";
import { fetchBySha256 } from "./input-mirror.ts";
import { npmPorts } from "./npm-lock.ts";
import { locationOf } from "./origin.ts";

/**
 * Brings every input of a lock for `platforms` into the cache, verified: only what is not there yet. What one place no longer
 * has is looked for in the others. Throws, naming every input that is nowhere with its SHA-256: APT_PACKAGES_MISSING for
 * Debian packages alone, else FLOW_INPUT_MISSING.
 */
export async function fetchInputs(lock: Lock, platforms: readonly LockedPlatform[], ports: Ports): Promise<void> {
  const inputs = platforms.flatMap((platform) => lock.platforms[platform] ?? []);
  const packages = inputs.flatMap((input) => input.packages);
  const missingPackages = await fetchLockedPackages(packages, lock, ports);
  const missingTarballs: string[] = [];
  for (const item of inputs.flatMap((input) => input.npm)) {
    const missing = await fetchLockedNpm(item, ports);
    if (missing !== null) missingTarballs.push(missing);
  }
  if (missingTarballs.length === 0 && missingPackages !== null) throw missingPackages;
  if (missingTarballs.length === 0) return;
  const lines = [...(missingPackages?.missing ?? []).map(describeMissing), ...new Set(missingTarballs)];
  throw new FlowError("FLOW_INPUT_MISSING", `of the lock's inputs, these cannot be had:\n  ${lines.join("\n  ")}`, {
    hint: whereToLook,
  });
}

/** The bytes of one package of the archive, verified. */
export async function fetchPackage(item: ArchivePackage, ports: Ports): Promise<Uint8Array> {
  const { progress: _, ...options } = aptOptions(ports);
  await fetchPackages([item], aptPorts(ports), { ...options, inputMirrors: ports.inputMirrors });
  const bytes = await ports.cache.read(item.sha256);
  if (bytes !== null) return bytes;
  throw new FlowError("FLOW_INPUT_MISSING", `${item.name} ${item.version} has vanished from the cache`, {
    hint: "run the command again",
  });
}

/** What could not be had of a lock's packages; null when all are there. */
async function fetchLockedPackages(
  items: readonly LockedPackage[],
  lock: Lock,
  ports: Ports,
): Promise<PackagesMissingError | null> {
  const locked = new Map(items.map((item) => [item.sha256, item]));
  const packages = [...locked.values()].map((item) => locationOf(item, ports));
  ports.report.step(`fetching ${packages.length} packages`);
  const total = packages.reduce((sum, item) => sum + item.size, 0);
  const received = new Map<string, number>();
  const fetching = fetchPackages(packages, aptPorts(ports), {
    ...aptOptions(ports),
    snapshot: newestDate(lock, ports),
    inputMirrors: ports.inputMirrors,
    progress: (progress) => {
      received.set(progress.name, progress.received);
      const sum = [...received.values()].reduce((before, bytes) => before + bytes, 0);
      ports.report.advance(sum, total);
    },
  });
  return await fetching.then(
    () => null,
    (cause: unknown) => {
      if (cause instanceof PackagesMissingError) return cause;
      throw cause;
    },
  );
}

/** When Debian's archive had all that is locked; the dates of other repositories say nothing about it. */
function newestDate(lock: Lock, ports: Ports): number {
  const debian = lock.releases.filter(({ suite }) => !suite.includes(" "));
  const dates = debian.map(({ date }) => Date.parse(date)).filter((time) => !Number.isNaN(time));
  return dates.length === 0 ? ports.now().getTime() : Math.max(...dates);
}

/** Fetches a locked tarball, known by its hashes. Returns it in one line, with the reason, when it is nowhere. */
async function fetchLockedNpm(item: LockedNpmPackage, ports: Ports): Promise<string | null> {
  const { name, version, sha256, size } = item;
  if ((await ports.cache.path(sha256)) !== null) return null;
  ports.report.step(`fetching ${name} ${version}`);
  const known = await fetchKnown(item, { maxAge: ports.maxAge, offline: ports.offline }, npmPorts(ports));
  if (known.kind === "fetched") return null;
  const found = await fetchBySha256({ name: `${name}@${version}`, sha256, size }, ports);
  if (found.kind === "found") return null;
  return `${name}@${version}, SHA-256 ${sha256}: ${[known.reason, ...found.reasons].join("; ")}`;
}
