import { type Digest, sha256Digest } from "../oci/digest.ts";

/** The ChainID of layers applied in order (OCI image-spec, config.md#layer-chainid). Empty for no layers. */
export function chainId(diffIds: readonly Digest[]): string {
  return diffIds.reduce<string>((chain, diffId) => (chain === "" ? diffId : sha256Digest(`${chain} ${diffId}`)), "");
}
