import { parseLocator } from "../../oci/locator.ts";
import { parseReference, shortReference } from "../../oci/reference.ts";
import { FlowError } from "../error.ts";

/**
 * The image under the tag `latest` of the repository that all `references` are of, where they are: in a registry, in the
 * local engine, or in one of both. Throws FLOW_UNSUPPORTED_REFERENCE where they are not of one repository.
 */
export function latestOf(references: readonly string[]): string {
  const latest = new Set(references.map(latestOfOne));
  const [first] = latest;
  if (first === undefined || latest.size > 1) {
    throw new FlowError(
      "FLOW_UNSUPPORTED_REFERENCE",
      `the images are not of one repository: ${references.join(", ")}`,
      {
        hint: "name what to compare them with: --to REFERENCE",
      },
    );
  }
  return first;
}

function latestOfOne(text: string): string {
  const locator = parseLocator(text);
  if (locator.kind === "registry" || locator.kind === "local" || locator.kind === "image") {
    const { registry, repository } = locator.reference;
    return `${locator.kind}://${shortReference(parseReference(`${registry}/${repository}:latest`))}`;
  }
  throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${text} is not of a repository, which has a tag latest`, {
    hint: "name what to compare it with: --to REFERENCE",
  });
}
