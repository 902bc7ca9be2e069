/** All that a document names, and all that it refers to. */
export interface Named {
  readonly names: readonly string[];
  readonly references: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** Names and references of an SPDX 2.3 document. */
export function inSpdx(document: Json): Named {
  const named = [document, ...list(document, "packages"), ...list(document, "files")];
  const relations = list(document, "relationships").flatMap((item) => [
    item["spdxElementId"],
    item["relatedSpdxElement"],
  ]);
  return { names: named.map((item) => String(item["SPDXID"])), references: relations.map(String) };
}

/** Names and references of an SPDX 3 document. */
export function inSpdx3(document: Json): Named {
  const graph = list(document, "@graph");
  const keys = [
    "creationInfo",
    "createdBy",
    "createdUsing",
    "from",
    "to",
    "subject",
    "rootElement",
    "element",
    "suppliedBy",
  ];
  const entries = graph
    .flatMap((item) => list(item, "simplelicensing_customIdToUri"))
    .map((entry) => String(entry["value"]));
  return {
    names: graph.map((item) => String(item["spdxId"] ?? item["@id"])),
    references: [...graph.flatMap((item) => keys.flatMap((key) => textsIn(item[key]))), ...entries],
  };
}

/** Names and references of a CycloneDX document. */
export function inCyclonedx(document: Json): Named {
  const metadata = object(document["metadata"]);
  const components = [object(metadata["component"]), ...list(document, "components")];
  const dependencies = list(document, "dependencies");
  return {
    names: components.map((item) => String(item["bom-ref"])),
    references: dependencies.flatMap((item) => [String(item["ref"]), ...textsIn(item["dependsOn"])]),
  };
}

/** Names and references of a document in syft's JSON. */
export function inSyft(document: Json): Named {
  const named = [object(document["source"]), ...list(document, "artifacts"), ...list(document, "files")];
  const relations = list(document, "artifactRelationships");
  return {
    names: named.map((item) => String(item["id"])),
    references: relations.flatMap((item) => [String(item["parent"]), String(item["child"])]),
  };
}

function object(value: unknown): Json {
  if (typeof value !== "object" || value === null) throw new Error("not an object");
  return { ...value };
}

function list(item: Json, key: string): readonly Json[] {
  const value = item[key] ?? [];
  if (!Array.isArray(value)) throw new Error(`${key} is not a list`);
  return value.map(object);
}

function textsIn(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
