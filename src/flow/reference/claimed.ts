import { isPublicHost } from "../../http/public-host.ts";
import { type ImageReference, parseReference } from "../../oci/reference.ts";
import { FlowError } from "../error.ts";
import { registryName } from "../vuln/recommend/base.ts";

/**
 * The image of a registry that another image, scanned as `of`, says it is made from. Its labels may say anything: they choose
 * no file, no program and no build, and no server of the local network but the one that the image itself is from. Throws
 * OCI_REFERENCE_INVALID and FLOW_UNSUPPORTED_REFERENCE.
 */
export function claimedBase(reference: string, of: string): ImageReference {
  const parsed = parseReference(reference);
  const own = registryName(of);
  const { hostname } = new URL(`http://${parsed.registry}`);
  if (isPublicHost(hostname) || (own !== null && parseReference(own).registry === parsed.registry)) return parsed;
  throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${of} names a base on ${parsed.registry}, which is not public`, {
    hint: "nothing is asked there because an image says so; name the base with --base",
  });
}
