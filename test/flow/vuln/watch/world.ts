import { onTestFinished } from "vitest";
import { copy } from "../../../../src/content/copy.ts";
import { createMemoryStore } from "../../../../src/content/memory.ts";
import { noVex } from "../../../../src/flow/vuln/vex-request.ts";
import type { WatchPorts, WatchRequest } from "../../../../src/flow/vuln/watch/ports.ts";
import { watch } from "../../../../src/flow/vuln/watch/watch.ts";
import { createWatchPorts, type WatchWorld } from "../../../../src/flow/vuln/watch/wire.ts";
import { parseReference } from "../../../../src/oci/reference.ts";
import { openRepository } from "../../../../src/remote/repository.ts";
import { everything } from "../../../../src/vuln/filter.ts";
import { importAdvisories } from "../../../../src/vuln/import.ts";
import { defaultIndexPath } from "../../../../src/vuln/index/place.ts";
import type { WatchChange, WatchEvent } from "../../../../src/vuln/watch/event.ts";
import { statusStanza, trixie } from "../../../scan/tree.ts";
import { smallWorld } from "../../../support/flow.ts";
import { type RegistryBehaviour, startRegistry } from "../../../support/registry.ts";
import { pushTinyImage } from "../../../support/tiny-image.ts";
import { type Feeds, feedFolder, lines, osvDebian } from "../../../vuln/examples.ts";

/** A feed of Debian 13 that says of each vulnerability which version of which package mends it; null for none. */
export function feeds(fixes: Readonly<Record<string, Readonly<Record<string, string | null>>>>): Feeds {
  const records = Object.entries(fixes).map(([id, fixed]) => osvDebian(id, fixed, { ecosystem: "Debian:13" }));
  return { "debian.ndjson": lines(...records) };
}

/** The layer of an image of Debian 13 that has these packages. */
export function debianLayer(packages: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const stanzas = Object.entries(packages).map(([Package, Version]) => statusStanza({ Package, Version }));
  return { "etc/os-release": trixie, "var/lib/dpkg/status": stanzas.join("\n") };
}

/** What a test changes of a request, and of the world. */
export interface Watching {
  readonly request?: Partial<WatchRequest>;
  readonly world?: Partial<WatchWorld>;
  readonly ports?: Partial<WatchPorts>;
}

/** A registry with images of Debian 13, an index of advisories, and a clock that is set by hand. */
export async function watchedWorld(behaviour: RegistryBehaviour = {}) {
  const registry = await startRegistry(behaviour);
  onTestFinished(async () => await registry.close());
  const small = await smallWorld({});
  const clock = { now: new Date("2026-06-01T12:00:00Z") };
  const ports = { ...small.ports, now: () => clock.now };
  const events: WatchEvent[] = [];
  const index = await defaultIndexPath(ports.cache);
  return {
    registry,
    ports,
    clock,
    events,
    index,
    reference: `registry://${registry.host}/team/app:1`,
    repository: `${registry.host}/team/app`,
    /** Pushes an image that has these packages. */
    async push(packages: Readonly<Record<string, string>>, tag = "1") {
      const store = createMemoryStore();
      const reference = await pushTinyImage(store, { layers: [debianLayer(packages)] });
      const target = openRepository(parseReference(`${registry.host}/team/app`), ports.registries);
      await copy(store, target, { reference, targetReferences: [tag] });
      return reference.digest;
    },
    /** Replaces the advisories. */
    async import(fixes: Parameters<typeof feeds>[0]) {
      await importAdvisories([await feedFolder(feeds(fixes))], index, { now: clock.now });
    },
    /** Watches for one round, as a program that is started anew does, and gives what it told besides the round's end. */
    async round({ request = {}, world = {}, ports: changed = {} }: Watching = {}) {
      const before = events.length;
      const wired = createWatchPorts({ ...plainWorld, emit: (event) => events.push(event), ...world }, ports);
      const end = await watch(
        { ...plainRequest, references: [`registry://${registry.host}/team/app:1`], ...request },
        { ...wired, ...changed },
      );
      return { end, told: events.slice(before).filter(({ event }) => event !== "round") };
    },
  };
}

/** What is watched where a test asks for nothing else. */
export const plainWorld: Omit<WatchWorld, "emit"> = {
  scan: {
    platform: null,
    within: null,
    base: null,
    filter: everything,
    policy: "all",
    archive: "never",
    maxAge: null,
    vex: noVex,
  },
  update: null,
  vex: [],
  webhook: null,
  output: null,
};

const plainRequest: Omit<WatchRequest, "references"> = {
  repositories: [],
  tag: null,
  allImages: false,
  interval: 60_000,
  workers: 3,
  once: true,
  dryRun: false,
  exitOnVulnerability: false,
  settings: [],
};

/** What most assertions are about: reasons, and findings with their sign. */
export function brief(event: WatchEvent | undefined): string {
  if (event?.event !== "change") return JSON.stringify(event ?? null);
  return [event.reasons.map(({ kind }) => kind).join("+"), ...signs(event)].join(" ");
}

function signs({ added, changed, removed }: WatchChange): readonly string[] {
  return [
    ...added.map(({ id }) => `+${id}`),
    ...changed.map(({ id }) => `~${id}`),
    ...removed.map(({ id, cause }) => `-${id} ${cause}`),
  ];
}
