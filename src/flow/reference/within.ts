import type { Locator } from "../../oci/locator.ts";
import { FlowError } from "../error.ts";

/**
 * `locator` with the image that `--ref` chooses within a layout or archive, by tag, digest or name; itself where `choice` is
 * null. Throws FLOW_UNSUPPORTED_REFERENCE for a place that is one image, and where the locator chooses another.
 */
export function chosenWithin(locator: Locator, choice: string | null, text: string): Locator {
  if (choice === null) return locator;
  if (locator.kind !== "oci-dir" && locator.kind !== "archive") {
    throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `--ref ${choice} chooses nothing in ${text}`, {
      hint: "it is for oci-dir:// and archive://; other references name their image themselves",
    });
  }
  if (locator.reference !== null && locator.reference !== choice) {
    throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${text} and --ref ${choice} choose different images`, {
      hint: "leave one of them out",
    });
  }
  return { ...locator, reference: choice };
}
