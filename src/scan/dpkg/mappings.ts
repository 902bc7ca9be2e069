import { isObject, parseObject } from "../json.ts";

/** Where an image that Hardpan built keeps the package URLs its definition gave to packages. */
export const mappingsPath = "usr/share/hardpan/mappings.json";

/** Package URLs by package name in the text of that file; none where there is none, or it has a form that cannot be read. */
export function readMappings(text: string | null): ReadonlyMap<string, string> {
  if (text === null) return new Map();
  const document = parseObject(text);
  if (document?.["schema"] !== "hardpan/mappings/1" || !isObject(document["purls"])) return new Map();
  const entries = Object.entries(document["purls"]);
  return new Map(
    entries.flatMap(([name, purl]) => (typeof purl === "string" && purl.startsWith("pkg:") ? [[name, purl]] : [])),
  );
}
