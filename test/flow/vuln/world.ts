import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { copy } from "../../../src/content/copy.ts";
import { openLayout, writeLayout } from "../../../src/content/layout.ts";
import { createMemoryStore, once } from "../../../src/content/memory.ts";
import type { Ports } from "../../../src/flow/ports.ts";
import { type CvesRequest, findCves } from "../../../src/flow/vuln/cves.ts";
import { noVex, type VexRequest } from "../../../src/flow/vuln/vex-request.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { everything } from "../../../src/vuln/filter.ts";
import type { CvesReport } from "../../../src/vuln/model.ts";
import { statusStanza, trixie } from "../../scan/tree.ts";
import type { TestPackage } from "../../support/debian-archive.ts";
import { smallWorld } from "../../support/flow.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { pushTinyImage, type TinyImage } from "../../support/tiny-image.ts";
import { type Feeds, feedFolder, lines, osvDebian } from "../../vuln/examples.ts";

/** The vulnerability that most tests are about. */
export const cve = "CVE-2026-0001";

/** It is open in bash of Debian 13, and another is mended in zlib 1:1.3-2. */
export const openInBash: Feeds = {
  "osv.ndjson": lines(
    osvDebian(cve, { bash: null }, { ecosystem: "Debian:13", urgency: "high" }),
    osvDebian("CVE-2026-0002", { zlib: "1:1.3-2" }, { ecosystem: "Debian:13", urgency: "low" }),
  ),
};

/** A layer of a Debian 13 with these packages: versions by name, and `source` where it is another. */
export function debianLayer(
  packages: Readonly<Record<string, string | { readonly version: string; readonly source: string }>>,
): Readonly<Record<string, string>> {
  const stanzas = Object.entries(packages).map(([Package, about]) => {
    if (typeof about === "string") return statusStanza({ Package, Version: about });
    return statusStanza({ Package, Version: about.version, Source: about.source });
  });
  return { "etc/os-release": trixie, "var/lib/dpkg/status": stanzas.join("\n") };
}

/** bash and zlib1g as `openInBash` speaks of them. */
export const debian = debianLayer({ bash: "5.2-1", zlib1g: { version: "1:1.3-1", source: "zlib" } });

/** What a world is made of. */
export interface WorldOptions {
  /** None leaves the index that `hardpan db` keeps, of which there is none. */
  readonly feeds?: Feeds | null;
  /** Packages of the Debian archive. */
  readonly archive?: readonly TestPackage[];
  /** Files of the catalogue, by path. */
  readonly catalog?: Readonly<Record<string, string>>;
  readonly ports?: Partial<Ports>;
  readonly standardInput?: Uint8Array;
}

/** A made archive, advisories and a folder, and the vulnerabilities of what lies there, without asking the archive. */
export async function world(options: WorldOptions = {}) {
  const { feeds = openInBash, archive = [], catalog = {}, ports: more, standardInput } = options;
  const small = await smallWorld(catalog, archive);
  const folder = await temporaryFolder();
  const notes: string[] = [];
  const ports: Ports = {
    ...small.ports,
    temporaryDirectory: folder,
    advisories: feeds === null ? null : await feedFolder(feeds),
    report: { step() {}, advance() {}, note: (line) => void notes.push(line) },
    ...(standardInput === undefined ? {} : { standardInput: () => once(standardInput) }),
    ...more,
  };
  const requestOf = (reference: string, { vex, ...request }: CvesChoice = {}): CvesRequest => ({
    ...{ reference, platform: null, within: null, base: null, filter: everything },
    ...{ policy: "all", archive: "never", maxAge: null, vex: { ...noVex, ...vex }, ...request },
  });
  const cves = async (reference: string, choice: CvesChoice = {}, changed: Partial<Ports> = {}) =>
    (await findCves(requestOf(reference, choice), { ...ports, ...changed })).report;
  const write = async (path: string, content: string | Uint8Array | object) => {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    const isRaw = typeof content === "string" || content instanceof Uint8Array;
    await writeFile(file, isRaw ? content : JSON.stringify(content));
    return file;
  };
  return { ...small, folder, ports, notes, requestOf, cves, write, layout: join(folder, "layout") };
}

/** What is asked for otherwise. */
export type CvesChoice = Partial<Omit<CvesRequest, "vex">> & { readonly vex?: Partial<VexRequest> };

/** Writes images under their tags to a layout, and gives their manifests by tag. */
export async function writeImages<Tag extends string>(
  layout: string,
  images: Readonly<Record<Tag, TinyImage>>,
): Promise<Readonly<Record<string, Descriptor>>> {
  const store = createMemoryStore();
  const written: Record<string, Descriptor> = {};
  await writeLayout(layout, async (target) => {
    for (const [tag, image] of Object.entries<TinyImage>(images)) {
      const reference = await pushTinyImage(store, image);
      await copy(store, target, { reference, targetReferences: [tag] });
      written[tag] = reference;
    }
  });
  return written;
}

/** The layout of `writeImages`, to attach something to what is there. */
export const openWritten = openLayout;

/** What most assertions are about: of each finding whether it counts, and what statements are about it. */
export function stated({ findings }: Pick<CvesReport, "findings">): readonly string[] {
  return findings.map(({ id, package: { name }, suppressed, statements }) => {
    const said = statements.map(({ by, status, trust }) => `${by} ${status} ${trust}`);
    return [`${name} ${id} ${suppressed === null ? "counts" : `suppressed by ${suppressed.by}`}`, ...said].join("; ");
  });
}
