import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { ArchivePackage } from "../../src/apt/model.ts";
import { openCache } from "../../src/cache/cache.ts";
import type { Built } from "../../src/flow/build.ts";
import { buildMany, candidatesFor, type ManyOutcome } from "../../src/flow/image/build-many.ts";
import { sharedLibrary } from "../../src/flow/library.ts";
import type { Ports } from "../../src/flow/ports.ts";
import { createPackings } from "../../src/image/layer/fragment.ts";
import { milliseconds, type Result, timed } from "../support/measure.ts";
import { afterUpdate, newerPackage } from "../support/newer-package.ts";
import { overlayCache } from "../support/overlay-cache.ts";
import { benchPorts } from "../support/plan.ts";

type Updates = ReadonlyMap<string, ArchivePackage>;

/**
 * Builds the whole catalogue after an update of one package of Debian 13, made of the real one with every file changed:
 * which images are built again, and how long each takes.
 */
export async function updateResults(name: string, scratch: string): Promise<readonly Result[]> {
  const usual = await benchPorts();
  const before = builtOf(await buildAll(usual));
  const cache = overlayCache(await openCache(join(scratch, name)), usual.cache);
  const updates = await makeUpdates(name, { ...usual, cache });
  const having = new Set(before.filter((built) => hasAny(built, updates)).map(({ request }) => request.name));
  let outcomes: readonly ManyOutcome[] = [];
  const took = await timed(async () => {
    outcomes = await buildAll(updatedPorts(usual, cache, updates));
  });
  const rebuilt = outcomes.filter(({ status }) => status === "built");
  const wrong = outcomes.filter((outcome) => (outcome.status === "built") !== having.has(outcome.name));
  const hashing = await timed(async () => await hashLayers(builtOf(rebuilt), cache));
  const digests = new Map(before.map(({ request, index }) => [request.name, index.index.descriptor.digest]));
  const same = builtOf(rebuilt).filter(
    ({ request, index }) => digests.get(request.name) === index.index.descriptor.digest,
  );
  const count = `${rebuilt.length} of ${outcomes.length} images built again, ${having.size} have it`;
  return [
    {
      name: `update of ${name}, images wrongly built again or left as they were`,
      measured: wrong.length + same.length,
      budget: 0,
      unit: "images",
      detail: having.size === 0 ? "no image has it" : count,
    },
    {
      name: `update of ${name}, the whole run`,
      measured: took / hashing,
      budget: 2,
      unit: "× hashing the layers of what is built again",
      detail: `${milliseconds(took)}, ${milliseconds(took / rebuilt.length)} an image, against ${milliseconds(hashing)}`,
    },
  ];
}

async function buildAll(ports: Ports): Promise<readonly ManyOutcome[]> {
  const request = { kind: "image", platforms: [], locked: null } as const;
  const options = { jobs: availableParallelism(), write: async () => [], done() {} };
  return await buildMany(await candidatesFor([], ports), request, { options, ports });
}

function builtOf(outcomes: readonly ManyOutcome[]): readonly Built[] {
  return outcomes.map((outcome) => {
    if (outcome.status === "failed") throw new Error(`${outcome.name}: ${outcome.message}`);
    return outcome.built;
  });
}

/** The update for each architecture, by the SHA-256 of what it replaces. */
async function makeUpdates(name: string, ports: Ports): Promise<Updates> {
  const updates = new Map<string, ArchivePackage>();
  for (const architecture of ["amd64", "arm64"] as const) {
    const index = await ports.library.openArchive(
      { repositories: [], keyring: [] },
      { codename: "trixie", architecture },
    );
    const [item] = index.find(name);
    if (item !== undefined) updates.set(item.sha256, await newerPackage(item, ports.cache));
  }
  return updates;
}

function updatedPorts(usual: Ports, cache: Ports["cache"], updates: Updates): Ports {
  const library = sharedLibrary(() => usual);
  return {
    ...usual,
    cache,
    packings: createPackings(cache),
    library: {
      ...library,
      openArchive: async (contents, request) => afterUpdate(await library.openArchive(contents, request), updates),
    },
  };
}

function hasAny({ lock }: Built, updates: Updates): boolean {
  return Object.values(lock.platforms).some(({ packages }) => packages.some(({ sha256 }) => updates.has(sha256)));
}

async function hashLayers(images: readonly Built[], cache: Ports["cache"]): Promise<void> {
  for (const layer of images.flatMap(({ index }) => index.images.flatMap(({ layers }) => layers))) {
    const hash = createHash("sha256");
    for (const part of layer.parts) for await (const chunk of cache.lend(part.sha256)) hash.update(chunk);
  }
}
