import { isObject, parseObject } from "../json.ts";

const longest = 500;

/**
 * Where `direct_url.json` (PEP 610) says a distribution was installed from, as a comment; null where it is no such file.
 * Users and passwords in the URL are left out.
 */
export function parseDirectUrl(text: string): string | null {
  const { url, vcs_info: vcs, dir_info: folder } = parseObject(text) ?? {};
  if (typeof url !== "string" || url.length > longest) return null;
  const place = withoutUser(url);
  if (isObject(vcs)) {
    const { vcs: tool, commit_id: commit } = vcs;
    const at = typeof commit === "string" && /^[\w.-]{1,100}$/.test(commit) ? ` at ${commit}` : "";
    return `installed from ${typeof tool === "string" && /^[a-z]{1,20}$/.test(tool) ? `${tool}+` : ""}${place}${at}`;
  }
  const { editable } = isObject(folder) ? folder : {};
  return `installed from ${place}${editable === true ? ", editable" : ""}`;
}

function withoutUser(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1");
}
