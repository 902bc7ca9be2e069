import { splitLicenses } from "../license.ts";
import type { Distribution, SbomPackage, SourcePackage } from "../model.ts";
import { type Draft, type DraftFile, type DraftPackage, type Edge, nothingMore, type Subject } from "./draft.ts";
import { exactPackage, exactSubject, needed, parseNote } from "./exact.ts";
import { exactFileNote } from "./file-note.ts";
import { ecosystemName, parsePurl } from "./purl-parts.ts";
import { hexDigest, imageFrom, imagePath } from "./subject.ts";
import { filledTextOf, type ObjectPlace, objectOf, objectsOf, textOf, textsOf } from "./value.ts";

/** What a CycloneDX document of version 1.2 to 1.7 in JSON says. Throws SBOM_DOCUMENT_INVALID. */
export function readCyclonedx(document: ObjectPlace, name: string): Draft {
  const root = subjectOf(document);
  const components = [...allComponents(document), ...(root === null ? [] : allComponents(root))];
  const system = components.find((item) => textOf(item, "type") === "operating-system") ?? null;
  const files = components.filter((item) => textOf(item, "type") === "file" && textOf(item, "purl") === null);
  const skipped = new Set<ObjectPlace>([...files, ...(system === null ? [] : [system])]);
  const packages = components.filter((item) => !skipped.has(item) && !isResultOfScanner(item));
  const note = root === null ? null : noteOf(root);
  return {
    subject: {
      ...saidOfSubject(root, name),
      distribution: system === null ? null : cyclonedxDistribution(system),
    },
    exact: note === null ? {} : exactSubject(note),
    packages: packages.map(cyclonedxDraft),
    dependencies: [...dependenciesOf(document)],
    contents: [],
    files: files.map(draftFile),
  };
}

/** One component of the document. Throws SBOM_DOCUMENT_INVALID. */
export function cyclonedxDraft(item: ObjectPlace): DraftPackage {
  const properties = propertiesOf(item);
  const purl = filledTextOf(item, "purl");
  const note = noteOf(item);
  return {
    reference: referenceOf(item),
    name: nameOf(item, purl),
    version: textOf(item, "version") ?? "",
    purl,
    source: sourceIn(properties),
    licenses: licensesOf(item),
    locations: locationsOf(item, properties),
    layer: first(properties, [
      "syft:location:0:layerID",
      "aquasecurity:trivy:LayerDigest",
      "aquasecurity:trivy:LayerDiffID",
    ]),
    supplier: supplierOf(item),
    architecture: first(properties, ["syft:metadata:architecture"]),
    comments: properties.get("hardpan:comment") ?? [],
    exact: { ...exactOf(properties), ...(note === null ? {} : exactPackage(note)) },
  };
}

/** What the component that the document is about says. Throws SBOM_DOCUMENT_INVALID. */
export function saidOfSubject(root: ObjectPlace | null, name: string): Subject {
  const properties = root === null ? new Map<string, readonly string[]>() : propertiesOf(root);
  const purl = root === null ? null : filledTextOf(root, "purl");
  const version = root === null ? null : textOf(root, "version");
  const own = root === null ? null : nameOf(root, purl);
  const image = imageFrom(
    {
      name: first(properties, ["hardpan:reference"]) ?? own,
      version,
      purl,
      sha256: null,
      platform: first(properties, ["hardpan:platform"]),
    },
    name,
  );
  const count = (key: string) => Number(/^\d{1,15}$/.exec(first(properties, [key]) ?? "")?.[0] ?? 0);
  const unowned = { files: count("hardpan:unowned:files"), bytes: count("hardpan:unowned:bytes") };
  return { ...nothingMore, image, distribution: null, unowned };
}

/** What the operating system's component says. Throws SBOM_DOCUMENT_INVALID. */
export function cyclonedxDistribution(item: ObjectPlace): Distribution {
  const properties = propertiesOf(item);
  return {
    id: needed(item, "name"),
    versionId: filledTextOf(item, "version"),
    codename: first(properties, ["hardpan:codename", "syft:distro:versionCodename"]),
    prettyName: filledTextOf(item, "description"),
  };
}

function subjectOf(document: ObjectPlace): ObjectPlace | null {
  const metadata = objectOf(document, "metadata");
  return metadata === null ? null : objectOf(metadata, "component");
}

/** Components may have components; the parser has limited the depth. */
function* allComponents(object: ObjectPlace): Generator<ObjectPlace> {
  for (const item of objectsOf(object, "components")) {
    yield item;
    yield* allComponents(item);
  }
}

/** Trivy lists the files that name packages among the components. */
function isResultOfScanner(item: ObjectPlace): boolean {
  return textOf(item, "purl") === null && first(propertiesOf(item), ["aquasecurity:trivy:Class"]) === "lang-pkgs";
}

/** The reference of a component without one is its place: no other component's reference looks like it. */
function referenceOf(item: ObjectPlace): string {
  return textOf(item, "bom-ref") ?? `${item.parent?.parent?.key ?? ""} ${item.parent?.key ?? ""} ${item.key}`;
}

function nameOf(item: ObjectPlace, purl: string | null): string {
  const name = needed(item, "name");
  const group = filledTextOf(item, "group");
  if (group === null) return name;
  const type = purl === null ? "npm" : (parsePurl(purl)?.type ?? "npm");
  return ecosystemName(type, group, name);
}

type Properties = ReadonlyMap<string, readonly string[]>;

function propertiesOf(item: ObjectPlace): Properties {
  const properties = new Map<string, string[]>();
  for (const property of objectsOf(item, "properties")) {
    const value = textOf(property, "value");
    if (value === null) continue;
    const name = textOf(property, "name") ?? "";
    const known = properties.get(name);
    if (known === undefined) properties.set(name, [value]);
    else known.push(value);
  }
  return properties;
}

function first(properties: Properties, names: readonly string[]): string | null {
  for (const name of names) {
    const [value] = properties.get(name) ?? [];
    if (value !== undefined && value !== "") return value;
  }
  return null;
}

function noteOf(item: ObjectPlace): ObjectPlace | null {
  for (const property of objectsOf(item, "properties")) {
    if (textOf(property, "name") === "hardpan:note") return parseNote(textOf(property, "value") ?? "", property);
  }
  return null;
}

/** Properties of our own, which say things in words that users can search for. */
function exactOf(properties: Properties): Partial<SbomPackage> {
  const type = first(properties, ["hardpan:type"]);
  const layer = first(properties, ["hardpan:layer"]);
  const owner = first(properties, ["hardpan:owner"]);
  const fromBase = first(properties, ["hardpan:from-base"]);
  return {
    ...(type === null ? {} : { type }),
    ...(layer === null ? {} : { layer }),
    ...(owner === null ? {} : { owner }),
    ...(fromBase === null ? {} : { fromBase: fromBase === "true" }),
  };
}

function sourceIn(properties: Properties): SourcePackage | null {
  const name = first(properties, ["hardpan:source:name", "syft:metadata:source", "aquasecurity:trivy:SrcName"]);
  const version = first(properties, [
    "hardpan:source:version",
    "syft:metadata:sourceVersion",
    "aquasecurity:trivy:SrcVersion",
  ]);
  if (name === null || version === null) return null;
  if (!properties.has("aquasecurity:trivy:SrcName")) return { name, version };
  const release = first(properties, ["aquasecurity:trivy:SrcRelease"]);
  const epoch = first(properties, ["aquasecurity:trivy:SrcEpoch"]);
  return { name, version: `${epoch === null ? "" : `${epoch}:`}${version}${release === null ? "" : `-${release}`}` };
}

function locationsOf(item: ObjectPlace, properties: Properties): readonly string[] {
  const evidence = objectOf(item, "evidence");
  const occurrences = evidence === null ? [] : [...objectsOf(evidence, "occurrences")];
  if (occurrences.length > 0) return occurrences.map((place) => imagePath(needed(place, "location")));
  const [file] = properties.get("aquasecurity:trivy:FilePath") ?? [];
  if (file !== undefined) return [imagePath(file)];
  const paths: string[] = [];
  for (let index = 0; ; index++) {
    const [path] = properties.get(`syft:location:${index}:path`) ?? [];
    if (path === undefined) return paths;
    paths.push(imagePath(path));
  }
}

function supplierOf(item: ObjectPlace): string | null {
  const supplier = objectOf(item, "supplier");
  const name = supplier === null ? null : filledTextOf(supplier, "name");
  if (supplier === null || name === null) return filledTextOf(item, "publisher");
  const [contact] = objectsOf(supplier, "contact");
  const email = contact === undefined ? null : filledTextOf(contact, "email");
  return email === null ? name : `${name} <${email}>`;
}

function licensesOf(item: ObjectPlace): readonly string[] {
  return [...objectsOf(item, "licenses")].flatMap((choice) => {
    const expression = filledTextOf(choice, "expression");
    if (expression !== null) return splitLicenses(expression, () => undefined);
    const license = objectOf(choice, "license");
    const text = license === null ? null : (filledTextOf(license, "id") ?? filledTextOf(license, "name"));
    return text === null ? [] : [text];
  });
}

function* dependenciesOf(document: ObjectPlace): Generator<Edge> {
  for (const dependency of objectsOf(document, "dependencies")) {
    const from = needed(dependency, "ref");
    for (const to of textsOf(dependency, "dependsOn")) yield [from, to];
  }
}

function draftFile(item: ObjectPlace): DraftFile {
  const note = noteOf(item);
  const hashes = new Map([...objectsOf(item, "hashes")].map((hash) => [textOf(hash, "alg"), textOf(hash, "content")]));
  return {
    reference: referenceOf(item),
    path: imagePath(needed(item, "name")),
    size: null,
    sha256: hexDigest(hashes.get("SHA-256") ?? null, 64),
    sha1: hexDigest(hashes.get("SHA-1") ?? null, 40),
    layer: null,
    owner: null,
    ...(note === null ? {} : exactFileNote(note)),
  };
}
