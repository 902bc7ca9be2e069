import type { SbomPackage } from "../model.ts";

/** What syft calls a type of package, and its language; empty where it has none. */
export interface SyftKind {
  readonly type: string;
  readonly language: string;
}

const kinds: ReadonlyMap<string, SyftKind> = new Map([
  ["deb", { type: "deb", language: "" }],
  ["apk", { type: "apk", language: "" }],
  ["rpm", { type: "rpm", language: "" }],
  ["alpm", { type: "alpm", language: "" }],
  ["npm", { type: "npm", language: "javascript" }],
  ["pypi", { type: "python", language: "python" }],
  ["golang", { type: "go-module", language: "go" }],
  ["cargo", { type: "rust-crate", language: "rust" }],
  ["maven", { type: "java-archive", language: "java" }],
  ["gem", { type: "gem", language: "ruby" }],
  ["composer", { type: "php-composer", language: "php" }],
  ["nuget", { type: "dotnet", language: "dotnet" }],
  ["generic", { type: "binary", language: "" }],
  ["hardpan", { type: "binary", language: "" }],
]);

/** What syft calls packages of the purl type `type`. */
export function syftKind(type: string): SyftKind {
  return kinds.get(type) ?? { type: "UnknownPackage", language: "" };
}

/** The metadata by which readers of syft's JSON know a distribution's package; nothing for other packages. */
export function syftMetadata(item: SbomPackage): { readonly metadataType?: string; readonly metadata?: object } {
  const { name, version, architecture, supplier, source } = item;
  const maintainer = supplier ?? "";
  const shared = { package: name, version, architecture: architecture ?? "", maintainer, installedSize: 0 };
  if (item.type === "deb") {
    const sourceVersion = source === null || source.version === version ? "" : source.version;
    const metadata = { ...shared, source: source?.name ?? "", sourceVersion, files: [] };
    return { metadataType: "dpkg-db-entry", metadata };
  }
  if (item.type === "apk") {
    const empty = { url: "", description: "", size: 0, pullDependencies: [], provides: [], pullChecksum: "" };
    const metadata = { ...shared, originPackage: source?.name ?? "", ...empty, gitCommitOfApkPort: "", files: [] };
    return { metadataType: "apk-db-entry", metadata };
  }
  if (item.type === "rpm") {
    const [upstream = "", release = ""] = version.replace(/^\d+:/, "").split("-");
    const epoch = /^\d+(?=:)/.exec(version)?.[0];
    const metadata = {
      name,
      version: upstream,
      epoch: epoch === undefined ? null : Number(epoch),
      architecture: architecture ?? "",
      release,
      sourceRpm: source === null ? "" : `${source.name}-${source.version.replace(/^\d+:/, "")}.src.rpm`,
      size: 0,
      vendor: maintainer,
      files: [],
    };
    return { metadataType: "rpm-db-entry", metadata };
  }
  return {};
}
