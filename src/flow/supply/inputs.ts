import type { ArchivePackage } from "../../apt/model.ts";
import { fetchPackages } from "../../apt/package-download.ts";
import { describeMissing, PackagesMissingError, whereToLook } from "../../apt/packages-missing.ts";
import type {
  ContentsLock,
  Lock,
  LockedArtifact,
  LockedFile,
  LockedNpmPackage,
  LockedPackage,
  LockedPlatform,
} from "../../definition/lock.ts";
import { CodedError } from "../../error.ts";
import { redactUrl } from "../../http/redact.ts";
import { layerSha256 } from "../../image/input/artifact-tree.ts";
import { fetchKnown } from "../../npm/locked.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";
import { aptOptions, aptPorts } from "./apt-ports.ts";
import { fetchArtifacts } from "./artifacts.ts";
import { fetchFiles } from "./files.ts";
import { fetchBySha256, type KnownInput } from "./input-mirror.ts";
import { npmPorts } from "./npm-lock.ts";
import { locationOf } from "./origin.ts";

/**
 * Brings every input of a lock for `platforms` into the cache, verified: only what is not there yet. What one place no longer
 * has is looked for in the others. Throws, naming every input that is nowhere with its SHA-256: APT_PACKAGES_MISSING for
 * Debian packages alone, else FLOW_INPUT_MISSING.
 */
export async function fetchInputs(lock: Lock, platforms: readonly LockedPlatform[], ports: Ports): Promise<void> {
  const inputs = platforms.flatMap((platform) => contentsOf(lock, platform));
  const packages = inputs.flatMap((input) => input.packages);
  const missingPackages = await fetchLockedPackages(packages, lock, ports);
  const missing: string[] = [];
  for (const item of inputs.flatMap((input) => input.npm)) missing.push(...(await fetchLockedNpm(item, ports)));
  for (const item of inputs.flatMap((input) => input.files)) missing.push(...(await fetchLockedFile(item, ports)));
  for (const item of artifactsOf(lock, platforms)) missing.push(...(await fetchLockedArtifact(item, ports)));
  if (missing.length === 0 && missingPackages !== null) throw missingPackages;
  if (missing.length === 0) return;
  const lines = [...(missingPackages?.missing ?? []).map(describeMissing), ...new Set(missing)];
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

/** Fetches a locked tarball, known by its hashes. Returns a line that names it, with the reasons, when it is nowhere. */
async function fetchLockedNpm(item: LockedNpmPackage, ports: Ports): Promise<readonly string[]> {
  const { name, version, sha256, size } = item;
  if ((await ports.cache.path(sha256)) !== null) return [];
  ports.report.step(`fetching ${name} ${version}`);
  const known = await fetchKnown(item, { maxAge: ports.maxAge, offline: ports.offline }, npmPorts(ports));
  if (known.kind === "fetched") return [];
  return await fromMirrors([{ name: `${name}@${version}`, sha256, size }], known.reason, ports);
}

async function fetchLockedFile(item: LockedFile, ports: Ports): Promise<readonly string[]> {
  const reason = await reasonFor(async () => await fetchFiles([item], ports));
  return reason === null ? [] : await fromMirrors([{ ...item, name: redactUrl(item.url) }], reason, ports);
}

async function fetchLockedArtifact(item: LockedArtifact, ports: Ports): Promise<readonly string[]> {
  const reason = await reasonFor(async () => await fetchArtifacts([item], ports));
  if (reason === null) return [];
  const layers = item.layers.map((layer) => ({
    name: `a layer of ${item.reference}`,
    sha256: layerSha256(layer),
    size: layer.size,
  }));
  return await fromMirrors(layers, reason, ports);
}

/** Why fetching failed, in one line; null when it did not. What is no matter of the input itself is thrown. */
async function reasonFor(fetching: () => Promise<void>): Promise<string | null> {
  try {
    await fetching();
    return null;
  } catch (cause) {
    if (cause instanceof CodedError && !cause.code.startsWith("CACHE_")) return cause.message;
    throw cause;
  }
}

/** Looks for inputs in the input mirrors; returns a line for each that is in none of them. */
async function fromMirrors(items: readonly KnownInput[], reason: string, ports: Ports): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const item of items) {
    if ((await ports.cache.path(item.sha256)) !== null) continue;
    const found = await fetchBySha256(item, ports);
    if (found.kind === "missing") {
      missing.push(`${item.name}, SHA-256 ${item.sha256}: ${[reason, ...found.reasons].join("; ")}`);
    }
  }
  return missing;
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
