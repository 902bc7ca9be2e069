import type { ImageTree } from "../facts/model.ts";
import { textOf } from "./cataloger.ts";
import { isObject, parseObject } from "./json.ts";

/** Where an image that Hardpan built keeps the package URLs its definition gave to packages. */
export const mappingsPath = "usr/share/hardpan/mappings.json";

/** Package URLs by package name; none where the image gives none, or in a form that cannot be read. */
export function readMappings(tree: ImageTree): ReadonlyMap<string, string> {
  const text = textOf(tree, mappingsPath);
  if (text === null) return new Map();
  const document = parseObject(text);
  if (document?.["schema"] !== "hardpan/mappings/1" || !isObject(document["purls"])) return new Map();
  const entries = Object.entries(document["purls"]);
  return new Map(
    entries.flatMap(([name, purl]) => (typeof purl === "string" && purl.startsWith("pkg:") ? [[name, purl]] : [])),
  );
}
