import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatReference, parseReference } from "../../../oci/reference.ts";
import { openRepository } from "../../../remote/repository.ts";
import type { CvesReport } from "../../../vuln/model.ts";
import type { WatchEvent } from "../../../vuln/watch/event.ts";
import { sharedLibrary } from "../../library.ts";
import type { Ports } from "../../ports.ts";
import { openAdvisories } from "../advisories.ts";
import { type CvesRequest, findCves } from "../cves.ts";
import { fileIdentity, identify } from "./identity.ts";
import type { AdvisoryState, WatchPorts, WatchScan } from "./ports.ts";
import { readWatchRecord } from "./record.ts";
import { postChange, type Webhook } from "./webhook.ts";

/** How the world is watched. */
export interface WatchWorld {
  /** How each reference is scanned. */
  readonly scan: Omit<CvesRequest, "reference">;
  /** Gets newer advisories; null where none are asked for. */
  readonly update: ((ports: Ports) => Promise<unknown>) | null;
  /** Files and folders of VEX documents, whose change is a reason to scan. */
  readonly vex: readonly string[];
  readonly webhook: Webhook | null;
  /** A folder for the whole report of each scan; null where none is kept. */
  readonly output: string | null;
  readonly emit: (event: WatchEvent) => void;
}

const recordKind = "watch-1";
const listKind = "watch-list-1";

/** What a watch needs, over the real world. */
export function createWatchPorts(world: WatchWorld, ports: Ports): WatchPorts {
  const { cache, http, signal, registries } = ports;
  const { webhook, update, output } = world;
  // What a library has looked up it remembers: a watch would never see that the archive has something new.
  const fresh = async <Result>(task: (ports: Ports) => Promise<Result>): Promise<Result> => {
    const library = sharedLibrary(() => current);
    const current: Ports = { ...ports, library };
    try {
      return await task(current);
    } finally {
      await library.close();
    }
  };
  return {
    now: ports.now,
    signal,
    sleep: http.sleep,
    update: update === null ? null : async () => void (await update(ports)),
    advisories: async () => await advisoryState(world.vex, ports),
    identify: async (reference) => await fresh(async (now) => await identify(reference, world.scan.platform, now)),
    scan: async (reference, { path }) =>
      await fresh(async (now) => await scan({ ...world.scan, reference }, { ...now, advisories: path })),
    tags: async (repository) => await openRepository(parseReference(repository), registries).tags(signal),
    recall: async (key) => readWatchRecord(await cache.record(recordKind, key)),
    remember: async (key, record) => await cache.writeRecord(recordKind, key, record),
    knowsList: async (key) => (await cache.record(listKind, key)) === true,
    noteList: async (key) => await cache.writeRecord(listKind, key, true),
    emit: world.emit,
    post: webhook === null ? null : async (change) => await postChange(change, webhook, { http, signal }),
    keep: output === null ? null : async (report) => await keepReport(report, output),
  };
}

/** `text` as the name of a repository in full, without tag or digest. Throws OCI_REFERENCE_INVALID. */
export function repositoryNamed(text: string): string {
  const reference = parseReference(text.replace(/^registry:\/\//, ""));
  return formatReference({ ...reference, tag: null, digest: null });
}

async function scan(request: CvesRequest, ports: Ports): Promise<WatchScan> {
  const { report, sbom, result } = await findCves(request, ports);
  return { report, unfiltered: result.findings, packages: sbom.packages };
}

async function advisoryState(vex: readonly string[], ports: Ports): Promise<AdvisoryState> {
  const path = await indexPath(ports);
  const data = path === null ? "none" : `${path} ${await fileIdentity(path)}`;
  return { path, data, vex: await stateOf(vex) };
}

async function indexPath(ports: Ports): Promise<string | null> {
  using advisories = await openAdvisories(ports);
  return advisories.index?.path ?? null;
}

/** Most files of VEX documents that are looked at. */
const mostFiles = 100_000;

/** What tells these files, and those in these folders, from what they were. */
async function stateOf(places: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  let left = mostFiles;
  for (const place of places) {
    const isFolder = await stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const files = isFolder ? (await readdir(place, { recursive: true })).toSorted().slice(0, left) : [""];
    left -= files.length;
    for (const file of files) {
      const path = join(place, file);
      hash.update(`${path}\0${await fileIdentity(path).catch(() => "absent")}\0`);
    }
  }
  return hash.digest("hex");
}

async function keepReport(report: CvesReport, folder: string): Promise<void> {
  const { writeText } = await import("../../write-text.ts");
  const { reference, platform } = report.image;
  const name = reference.replace(/[^A-Za-z0-9._-]+/g, "_").slice(-120);
  const distinct = createHash("sha256").update(`${reference} ${platform}`).digest("hex").slice(0, 8);
  await writeText(join(folder, `${name}-${distinct}.cves.json`), `${JSON.stringify(report, null, 2)}\n`);
}
