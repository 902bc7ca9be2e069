import { formatLocator, parseLocator } from "../../oci/locator.ts";
import { CliError } from "../error.ts";

/** What tells the places of several images apart. */
export interface PlacedImage {
  readonly name: string;
  readonly tag: string;
}

/** Where one of several images is put: below the place the command line names. Throws OCI_REFERENCE_INVALID. */
export function placeBelow(output: string, { name, tag }: PlacedImage): string {
  const image = `dhi-${name}`;
  const locator = layoutIn(output);
  if (locator !== null) {
    return formatLocator({ ...locator, path: `${locator.path.replace(/\/$/, "")}/${image}`, reference: null });
  }
  const place = `${output.replace(/(?<!\/)\/$/, "")}/${image}`;
  return output.startsWith("local://") ? `${place}:${tag}` : place;
}

/**
 * Checks that several images can be put below `output`. Throws CLI_USAGE for a place of one image, and OCI_REFERENCE_INVALID
 * for what cannot be read, such as an empty path.
 */
export function requireManyPlaces(output: string): void {
  if (/^(oci-dir|registry|local):\/\//.test(output) && !namesOne(output)) {
    parseLocator(placeBelow(output, { name: "image", tag: "tag" }));
    return;
  }
  throw new CliError("CLI_USAGE", `several images cannot be written to ${output}`, {
    hint: "give oci-dir://DIR, registry://HOST/NAMESPACE or local://NAMESPACE, without a tag or digest",
  });
}

/** Whether `output` has the tag or digest of one image; the port of a registry without namespace is neither. */
function namesOne(output: string): boolean {
  const locator = layoutIn(output);
  if (locator !== null) return locator.reference !== null;
  return output.includes("@") || /:\/\/.*\/.*:[^/]*$/.test(output);
}

/** A layout's locator, whose path is part of no reference; null for other outputs. */
function layoutIn(output: string) {
  if (!output.startsWith("oci-dir://")) return null;
  const locator = parseLocator(output);
  return locator.kind === "oci-dir" ? locator : null;
}
