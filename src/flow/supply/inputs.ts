import type { ArchivePackage, Pocket } from "../../apt/model.ts";
import { fetchPackages, type PackageLocation } from "../../apt/package-download.ts";
import { mirrorsFor } from "../../apt/sources.ts";
import type {
  ContentsLock,
  Lock,
  LockedArtifact,
  LockedNpmPackage,
  LockedPackage,
  LockedPlatform,
} from "../../definition/lock.ts";
import { fetchNpm } from "../../npm/fetch.ts";
import { resolveNpm } from "../../npm/resolve.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";
import { aptOptions, aptPorts } from "./apt-ports.ts";
import { fetchArtifacts } from "./artifacts.ts";
import { fetchFiles } from "./files.ts";
import { artifactPorts, filePorts } from "./input-ports.ts";
import { npmPorts } from "./npm-lock.ts";

/** Brings every input of a lock for `platforms` into the cache, verified: only what is not there yet. */
export async function fetchInputs(lock: Lock, platforms: readonly LockedPlatform[], ports: Ports): Promise<void> {
  const inputs = platforms.flatMap((platform) => contentsOf(lock, platform));
  const locked = new Map(inputs.flatMap((input) => input.packages).map((item) => [item.sha256, item]));
  const packages = [...locked.values()].map((item) => locationOf(item, ports));
  ports.report.step(`fetching ${packages.length} packages`);
  const total = packages.reduce((sum, item) => sum + item.size, 0);
  const received = new Map<string, number>();
  await fetchPackages(packages, aptPorts(ports), {
    ...aptOptions(ports),
    snapshot: newestDate(lock, ports),
    progress: (progress) => {
      received.set(progress.name, progress.received);
      ports.report.advance(
        [...received.values()].reduce((sum, bytes) => sum + bytes, 0),
        total,
      );
    },
  });
  for (const item of inputs.flatMap((input) => input.npm)) await fetchLockedNpm(item, ports);
  await fetchFiles(
    inputs.flatMap((input) => input.files),
    filePorts(ports),
  );
  await fetchArtifacts(artifactsOf(lock, platforms), artifactPorts(ports));
}

/** What a lock has for a platform's image and for each of its builds. */
function contentsOf(lock: Lock, platform: LockedPlatform): readonly ContentsLock[] {
  const found = lock.platforms[platform];
  return found === undefined ? [] : [found, ...found.builds];
}

/** All images of which content is taken, those that builds stand on included. */
function artifactsOf(lock: Lock, platforms: readonly LockedPlatform[]): readonly LockedArtifact[] {
  return platforms.flatMap((platform) => {
    const bases = lock.platforms[platform]?.builds.flatMap(({ base }) => base ?? []) ?? [];
    return [...contentsOf(lock, platform).flatMap(({ artifacts }) => artifacts), ...bases];
  });
}

/** The bytes of one package of the archive, verified. */
export async function fetchPackage(item: ArchivePackage, ports: Ports): Promise<Uint8Array> {
  const { progress: _, ...options } = aptOptions(ports);
  await fetchPackages([item], aptPorts(ports), options);
  const bytes = await ports.cache.read(item.sha256);
  if (bytes !== null) return bytes;
  throw new FlowError("FLOW_INPUT_MISSING", `${item.name} ${item.version} has vanished from the cache`, {
    hint: "run the command again",
  });
}

function locationOf(item: LockedPackage, ports: Ports): PackageLocation {
  const pocket: Pocket = item.suite.endsWith("-security")
    ? "security"
    : item.suite.endsWith("-updates")
      ? "updates"
      : "release";
  return { ...item, pocket, mirror: mirrorsFor(ports.mirrors, pocket)[0] ?? "" };
}

function newestDate(lock: Lock, ports: Ports): number {
  const dates = lock.releases.map(({ date }) => Date.parse(date)).filter((time) => !Number.isNaN(time));
  return dates.length === 0 ? ports.now().getTime() : Math.max(...dates);
}

/** A locked tarball is known by its SHA-256; the registry is asked only for one that is not in the cache. */
async function fetchLockedNpm(item: LockedNpmPackage, ports: Ports): Promise<void> {
  if ((await ports.cache.path(item.sha256)) !== null) return;
  const { name, version, sha256 } = item;
  ports.report.step(`fetching ${name} ${version}`);
  const freshness = { maxAge: ports.maxAge, offline: ports.offline };
  const resolution = await resolveNpm({ packages: [name], range: version, ...freshness }, npmPorts(ports));
  for (const found of resolution.packages) {
    const fetched = await fetchNpm(found, npmPorts(ports), { offline: ports.offline });
    if (fetched.sha256 === sha256) return;
    throw new FlowError(
      "FLOW_INPUT_MISSING",
      `${name}@${version} is not what the lock names: SHA-256 ${fetched.sha256}, not ${sha256}`,
      {
        hint: "the registry serves other bytes under the same version; make a new lock with `hardpan lock` if you trust them",
      },
    );
  }
}
