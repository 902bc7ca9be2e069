import { openImage } from "../facts/image.ts";
import type { Facts } from "../facts/model.ts";
import type { Sbom } from "../sbom/model.ts";
import { scanImage } from "../scan/scan.ts";
import type { Built } from "./build.ts";
import type { Ports } from "./ports.ts";
import { baseCandidate, requireBase } from "./reference/base.ts";
import { type OpenOptions, openReference } from "./reference.ts";

/** What is inside an image, and what it has. */
export interface Scanned {
  readonly sbom: Sbom;
  readonly facts: Facts;
  /** ISO 8601; null where the image does not say. */
  readonly created: string | null;
  readonly notes: readonly string[];
  /** Set for images built here. */
  readonly built: Built | null;
}

/** Which image of a place to scan, and the reference of an image that it is to be made from. */
export interface ScanChoice extends Pick<OpenOptions, "platform" | "within"> {
  readonly base?: string | null;
}

/** Reads and scans the image a reference stands for. Throws FLOW_BASE_DIFFERS where it is not made from `choice.base`. */
export async function scanReference(text: string, options: ScanChoice, ports: Ports): Promise<Scanned> {
  await using opened = await openReference(text, options, ports);
  const { source, descriptor, choice, notes, built, reference } = opened;
  const { signal, cache } = ports;
  const image = await openImage(source, descriptor, { signal, ...choice });
  const base = options.base == null ? null : await baseCandidate(options.base, image.identity.platform, ports);
  ports.report.step(`scanning ${reference}`);
  const bases = base === null ? [] : [base];
  const { sbom, facts } = await scanImage(source, image, { reference, cache, signal, bases });
  if (base !== null) requireBase(sbom, base);
  return { sbom, facts, created: image.config.created ?? null, notes, built };
}
