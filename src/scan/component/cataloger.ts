import { genericPurl, npmPurl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage } from "../cataloger.ts";
import { ScanError } from "../error.ts";
import { checkJson, longestJson, parseObject } from "../json.ts";

const folder = "usr/share/hardpan/component/";

/**
 * What the builder put into an image besides Debian packages: each part has a record (schema `hardpan/component/1`) of
 * its name, version, origin and files, `usr/share/hardpan/component/<name>.json`.
 */
export const componentCataloger: Cataloger<string> = {
  name: "component",
  interest: { folders: [folder] },
  reading(path) {
    return isRecord(path) ? { limit: longestJson, read: textOf } : null;
  },
  catalog(context) {
    return [...context.findings].map(([path, text]) => {
      const { item, files } = readRecord(text, path);
      for (const file of [path, ...files]) context.owners.add(file, item.purl);
      return item;
    });
  },
};

function textOf(content: Uint8Array): string {
  const text = new TextDecoder().decode(content);
  checkJson(text);
  return text;
}

function isRecord(path: string): boolean {
  return path.startsWith(folder) && path.endsWith(".json") && !path.slice(folder.length).includes("/");
}

interface ComponentRecord {
  readonly item: FoundPackage;
  readonly files: readonly string[];
}

function readRecord(text: string, path: string): ComponentRecord {
  const { schema, type, name, version, purl, licenses, supplier, comments, files } = parse(text, path);
  if (schema !== "hardpan/component/1") throw invalid(path, "its schema is not hardpan/component/1");
  if (type !== "hardpan" && type !== "generic" && type !== "npm") throw invalid(path, "its type is not known");
  if (typeof name !== "string" || typeof version !== "string") throw invalid(path, "it has no name or version");
  const usualPurl = type === "npm" ? npmPurl : genericPurl;
  const item: FoundPackage = {
    type,
    name,
    version,
    source: null,
    purl: typeof purl === "string" ? purl : usualPurl(name, version),
    licenses: stringList(licenses, { path, key: "licenses" }),
    locations: [path],
    supplier: typeof supplier === "string" ? supplier : null,
    architecture: null,
    comments: stringList(comments, { path, key: "comments" }),
  };
  return { item, files: stringList(files, { path, key: "files" }) };
}

function stringList(value: unknown, at: { readonly path: string; readonly key: string }): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw invalid(at.path, `${at.key} is not a list of strings`);
  }
  return value;
}

function parse(text: string, path: string): Readonly<Record<string, unknown>> {
  const record = parseObject(text);
  if (record === null) throw invalid(path, "it is not a JSON object");
  return record;
}

function invalid(path: string, reason: string): ScanError {
  return new ScanError("SCAN_RECORD_INVALID", `the record ${path} in the image cannot be read: ${reason}`, {
    hint: "the image was changed after it was built, or built by another version; build it again",
  });
}
