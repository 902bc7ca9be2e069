import { parseLocator } from "../../oci/locator.ts";
import { isTag } from "../../oci/reference.ts";

/** The tag that `reference` asks for, or `within` of a layout or archive; null for a digest, a full name or nothing. */
export function tagOf(reference: string, within: string | null): string | null {
  const locator = parseLocator(reference);
  switch (locator.kind) {
    case "catalog":
    case "baseline":
      return locator.tag;
    case "registry":
    case "local":
    case "image":
      return locator.reference.tag;
    case "oci-dir":
    case "archive": {
      const choice = within ?? locator.reference;
      return choice !== null && isTag(choice) ? choice : null;
    }
    case "fs":
    case "sbom":
      return null;
  }
}
