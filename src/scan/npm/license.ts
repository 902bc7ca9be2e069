import { isObject } from "../json.ts";

/** The forms in which package.json has had licences: a string, an object with a type, a list of either under `licenses`. */
export function licensesIn(json: Readonly<Record<string, unknown>>): readonly string[] {
  const { license, licenses } = json;
  const all = [license, ...(Array.isArray(licenses) ? licenses.slice(0, most) : [licenses])];
  const names = all.map((entry) => {
    const { type } = isObject(entry) ? entry : { type: entry };
    return typeof type === "string" ? type.trim().slice(0, longest) : "";
  });
  return [...new Set(names)].filter((name) => name !== "");
}

const most = 20;
const longest = 200;

/** The one processor a package is for, by package.json's `cpu`; null when it is for several or any. */
export function cpuIn(json: Readonly<Record<string, unknown>>): string | null {
  const { cpu } = json;
  const [only, ...others] = Array.isArray(cpu) ? cpu : [cpu];
  if (typeof only !== "string" || others.length > 0 || !/^[a-z0-9_]{1,20}$/.test(only)) return null;
  return only === "any" ? null : only;
}
