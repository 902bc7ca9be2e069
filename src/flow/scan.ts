import { openImage } from "../facts/image.ts";
import type { Facts } from "../facts/model.ts";
import type { Sbom } from "../sbom/model.ts";
import { scanImage } from "../scan/scan.ts";
import type { Built } from "./build.ts";
import type { Ports } from "./ports.ts";
import { openReference } from "./reference.ts";

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

/** Reads and scans the image a reference stands for. */
export async function scanReference(
  text: string,
  options: { readonly platform: string | null },
  ports: Ports,
): Promise<Scanned> {
  await using opened = await openReference(text, options, ports);
  const { source, descriptor, choice, notes, built, reference } = opened;
  const { signal, cache } = ports;
  const image = await openImage(source, descriptor, { signal, ...choice });
  ports.report.step(`scanning ${reference}`);
  const { sbom, facts } = await scanImage(source, image, { reference, cache, signal });
  return { sbom, facts, created: image.config.created ?? null, notes, built };
}
