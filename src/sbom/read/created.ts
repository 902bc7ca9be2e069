import { isObject } from "./value.ts";

/**
 * When a document says it was made, as ISO 8601 in UTC: SPDX's `creationInfo`, CycloneDX' `metadata`. null where it does
 * not say, as syft's JSON and our own, or says nothing that is a time.
 */
export function creationTime(document: Readonly<Record<string, unknown>>): string | null {
  const { creationInfo, metadata, "@graph": graph } = document;
  const found =
    memberOf(creationInfo, "created") ??
    memberOf(metadata, "timestamp") ??
    (Array.isArray(graph) ? memberOf(graph.find(isCreationInfo), "created") : null);
  if (typeof found !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(found)) return null;
  const time = new Date(found);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

/** SPDX 3 has it as an object of the graph, which the document's other objects name. */
function isCreationInfo(value: unknown): boolean {
  return memberOf(value, "type") === "CreationInfo";
}
