import type { Definition } from "../../definition/schema.ts";

const fields = [
  ["pretty-name", "PRETTY_NAME"],
  ["name", "NAME"],
  ["version-id", "VERSION_ID"],
  ["version-codename", "VERSION_CODENAME"],
  ["id", "ID"],
  ["id-like", "ID_LIKE"],
  ["home-url", "HOME_URL"],
  ["bug-report-url", "BUG_REPORT_URL"],
] as const;

/** The text of os-release(5) with the values given; empty when none are. Values that need it are quoted. */
export function osReleaseText(values: Definition["os-release"]): string {
  return fields
    .flatMap(([key, name]) => {
      const value = values[key];
      return value === undefined ? [] : [`${name}=${quote(value)}\n`];
    })
    .join("");
}

function quote(value: string): string {
  return /^[A-Za-z0-9._-]+$/.test(value) ? value : `"${value.replace(/(["$`\\])/g, "\\$1")}"`;
}
