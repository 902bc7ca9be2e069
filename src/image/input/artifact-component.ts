import type { LockedArtifact } from "../../definition/lock.ts";
import type { DefinitionContents } from "../../definition/schema.ts";
import type { Component } from "../component.ts";

/** An item of `contents.artifacts`. */
export type DefinitionArtifact = DefinitionContents["artifacts"][number];

/**
 * What an image whose content goes into another is: a component named by its repository, with its tag as version, or its
 * digest where it has none. Its package URL names the platform's manifest (purl-spec, types-doc/oci-definition.md).
 */
export function artifactComponent(locked: Pick<LockedArtifact, "reference" | "manifest">): Component {
  const { reference, manifest } = locked;
  const place = reference.replace(/^[a-z-]+:\/\//, "").replace(/@sha256:[0-9a-f]{64}$/, "");
  const colon = place.lastIndexOf(":");
  const tag = colon > place.lastIndexOf("/") ? place.slice(colon + 1) : null;
  const repository = tag === null ? place : place.slice(0, colon);
  const name = repository.slice(repository.lastIndexOf("/") + 1);
  const qualifiers = new URLSearchParams({ repository_url: repository, ...(tag === null ? {} : { tag }) });
  return {
    type: "generic",
    name,
    version: tag ?? manifest,
    purl: `pkg:oci/${encodeURIComponent(name.toLowerCase())}@${encodeURIComponent(manifest)}?${qualifiers}`,
    licenses: [],
    supplier: null,
    comments: [`content of the image ${reference}`, `manifest ${manifest}`],
  };
}
