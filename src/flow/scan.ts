import { openImage } from "../facts/image.ts";
import type { Facts } from "../facts/model.ts";
import { rememberDocuments } from "../oci/remembered.ts";
import type { Sbom } from "../sbom/model.ts";
import { readScanRecord } from "../scan/record.ts";
import type { Built } from "./build.ts";
import type { Ports } from "./ports.ts";
import { baseCandidate, requireBase } from "./reference/base.ts";
import { type OpenOptions, openReference } from "./reference.ts";
import { type ComesWith, comesAlone, comesWithImage, embeddedIn } from "./vuln/comes-with.ts";
import type { VexRequest } from "./vuln/vex-request.ts";

/** What is inside an image, and what it has. */
export interface Scanned {
  readonly sbom: Sbom;
  readonly facts: Facts;
  /** VEX documents that come with it. */
  readonly comesWith: ComesWith;
  /** ISO 8601; null where the image does not say. */
  readonly created: string | null;
  readonly notes: readonly string[];
  /** Set for images built here. */
  readonly built: Built | null;
}

/** What else than packages a bill is to have: every file with its digests, every path that no package owns. */
export interface ScanDetail {
  readonly files?: boolean;
  /** Whether to compare what is found with bills of materials that are attested for the image. */
  readonly attested?: boolean;
  readonly allUnowned?: boolean;
}

/** Which image of a place to scan, and the reference of an image that it is to be made from. */
export interface ScanChoice extends Pick<OpenOptions, "platform" | "within">, ScanDetail {
  readonly base?: string | null;
  /** Set where the VEX documents that are attested for the image are wanted, and whose keys to check them with. */
  readonly vex?: VexRequest;
}

/** Reads and scans the image a reference stands for. Throws FLOW_BASE_DIFFERS where it is not made from `choice.base`. */
export async function scanReference(text: string, options: ScanChoice, ports: Ports): Promise<Scanned> {
  await using opened = await openReference(text, options, ports);
  const { descriptor, choice, notes, built, reference, names } = opened;
  const source = rememberDocuments(opened.source);
  const { signal, cache } = ports;
  const image = await openImage(source, descriptor, { signal, ...choice });
  const base = options.base == null ? null : await baseCandidate(options.base, image.identity.platform, ports);
  ports.report.step(`scanning ${reference}`);
  const bases = base === null ? [] : [base];
  const { files = false, allUnowned = false } = options;
  const scanning = { reference, cache, signal, bases, files, allUnowned };
  const isUsual = base === null && !files && !allUnowned;
  const known = isUsual ? await readScanRecord({ ...image.identity, reference }, cache) : null;
  // What reads layers is much to load for an image that was read before.
  const found = known ?? (await (await import("../scan/scan.ts")).scanImage(source, image, scanning));
  const { sbom, facts, vexDocuments } = found;
  if (base !== null) requireBase(sbom, base);
  const manifest = image.manifestDescriptor;
  const layers = image.manifest.layers.map(({ digest }) => digest);
  const atHand = { source, descriptor, manifest, names, sbom, vexDocuments, layers };
  const alone = { ...comesAlone, vexDocuments: embeddedIn(atHand), names, digests: [descriptor.digest] };
  const comesWith = options.vex === undefined ? alone : await comesWithImage(atHand, options.vex, ports);
  const scanned = { facts, comesWith, created: image.config.created ?? null, built };
  if (options.attested !== true) return { ...scanned, sbom, notes };
  const { compareAttested, describeAttested } = await import("./sbom/attested.ts");
  const attested = await compareAttested({ source, descriptor, manifest, sbom, signal });
  return { ...scanned, sbom: { ...sbom, attested }, notes: [...notes, ...attested.map(describeAttested)] };
}
