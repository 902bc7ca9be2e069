import type { LockedFile } from "../../definition/lock.ts";
import type { DefinitionContents } from "../../definition/schema.ts";
import { genericPurl } from "../../sbom/purl.ts";
import type { Component } from "../component.ts";
import { ImageError } from "../error.ts";
import { fileName, withoutExtension } from "./placement.ts";

/** A file of `contents.files`. */
export type DefinitionFile = DefinitionContents["files"][number];

type SpdxPackage = NonNullable<DefinitionFile["spdx"]>["packages"][number];

/**
 * What a file is, as `spdx` says: a component for each of its packages, with the name and version of `spdx` or of the
 * package URL where the package has none. Without `spdx`, one component named after the file or repository. Names that
 * occur twice are numbered, as each has a record of its own. Throws IMAGE_COMPONENT_INVALID for what is no package URL.
 */
export function fileComponents(item: Pick<DefinitionFile, "spdx">, locked: LockedFile): readonly Component[] {
  const { spdx } = item;
  const packages: readonly SpdxPackage[] = spdx === undefined || spdx.packages.length === 0 ? [{}] : spdx.packages;
  const whole = { name: spdx?.name ?? nameOf(locked.url), version: spdx?.version ?? refOf(locked.url) };
  const origin = locked.commit === null ? `SHA-256 ${locked.sha256}` : `commit ${locked.commit}`;
  const taken = new Map<string, number>();
  return packages.map((item) => {
    const inPurl = item.purl === undefined ? null : parsePurl(item.purl, locked.url);
    const name = item.name ?? inPurl?.name ?? whole.name;
    const version = spdx?.version ?? inPurl?.version ?? whole.version;
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return {
      type: inPurl?.type === "npm" ? "npm" : "generic",
      name: count === 1 ? name : `${name} (${count})`,
      version,
      purl: item.purl ?? genericPurl(name, version),
      licenses: item.license === undefined ? [] : [item.license],
      supplier: null,
      comments: [`from ${locked.url}`, origin],
    };
  });
}

/** The parts of a package URL that are needed (purl-spec, "How to parse a purl string"). */
function parsePurl(purl: string, url: string) {
  const match = /^pkg:\/*([A-Za-z][A-Za-z0-9.+-]*)\/(?:[^?#@]*\/)?([^/?#@]+)(?:@([^?#]*))?/.exec(purl);
  const [, type = "", name = "", version] = match ?? [];
  try {
    if (match !== null) {
      const decoded = version === undefined || version === "" ? null : decodeURIComponent(version);
      return { type: type.toLowerCase(), name: decodeURIComponent(name), version: decoded };
    }
  } catch {}
  throw new ImageError("IMAGE_COMPONENT_INVALID", `${url}: ${JSON.stringify(purl.slice(0, 200))} is no package URL`, {
    hint: "a package URL is like pkg:generic/name@version",
  });
}

function nameOf(url: string): string {
  const name = withoutExtension(fileName(url)).replace(/\.git$/, "");
  return name === "" ? (URL.parse(url)?.hostname ?? "file") : name;
}

/** For a repository, its tag or commit; a file's version cannot be told from its name. */
function refOf(url: string): string {
  return /^git\+/i.test(url) ? url.slice(url.indexOf("#") + 1 || url.length) : "";
}
