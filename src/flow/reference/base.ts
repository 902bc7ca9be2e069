import { openImage } from "../../facts/image.ts";
import type { Sbom } from "../../sbom/model.ts";
import type { BaseCandidate } from "../../scan/base.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";
import { openReference } from "../reference.ts";

/** The image `text` for `platform`, as a base that another is to be made from: its layers are not read. */
export async function baseCandidate(text: string, platform: string, ports: Ports): Promise<BaseCandidate> {
  await using opened = await openReference(text, { platform }, ports);
  const { source, descriptor, choice, reference } = opened;
  const { identity, config, manifest } = await openImage(source, descriptor, { signal: ports.signal, ...choice });
  return {
    reference,
    digest: identity.digest,
    diffIds: config.diffIds,
    layers: manifest.layers.map((layer) => layer.digest),
  };
}

/** Throws FLOW_BASE_DIFFERS where the image of `sbom` is not proved to be made from `base`. */
export function requireBase(sbom: Sbom, base: BaseCandidate): void {
  if (sbom.base?.namedBy === "user") return;
  const { reference } = sbom.image;
  throw new FlowError("FLOW_BASE_DIFFERS", `${reference} is not made from ${base.reference} as that is now`, {
    hint: "its lowest layers are not all those of that image, with others above; name the version it was built on, by digest",
  });
}
