import { alpineKey, type Ecosystem, languages } from "../../ecosystem.ts";
import { releaseOfCodename } from "../../release.ts";

const asWritten = (name: string) => name;

/** What OSV calls packages of Docker Hardened Images: of their own kind, and those of a distribution that they rebuild. */
const dhi = { own: "DHI", rebuilt: "Docker Hardened Images" };

/**
 * The ecosystem that OSV calls `name`: `PyPI`, `Alpine:v3.20`, `DHI`, `Docker Hardened Images:Debian:13`; null for one that is
 * not used. Debian's has a table of its own and is not among them.
 */
export function ecosystemOfOsv(name: string): Ecosystem | null {
  const [family = "", ...more] = name.split(":");
  const [release = "", rebuiltRelease = ""] = more;
  if (family === "Alpine" && release !== "") {
    return { key: alpineKey(release), osv: family, scheme: "apk", normalise: asWritten };
  }
  if (family === dhi.own) return { key: "dhi", osv: family, scheme: "semver", normalise: asWritten };
  if (family === dhi.rebuilt && rebuiltRelease !== "") return rebuilt(release, rebuiltRelease);
  return languages.find(({ osv }) => osv === family) ?? null;
}

function rebuilt(distribution: string, release: string): Ecosystem | null {
  const common = { osv: dhi.rebuilt, normalise: asWritten };
  if (distribution === "Debian") return { ...common, key: `dhi:deb:${releaseOfCodename(release)}`, scheme: "deb" };
  if (distribution === "Alpine") return { ...common, key: `dhi:${alpineKey(release)}`, scheme: "apk" };
  return null;
}

/** The name of the source that gives records of the family: `osv-pypi`, `osv-alpine`, `osv-dhi`. */
export function sourceOfFamily(family: string): string {
  return family === dhi.rebuilt ? "osv-dhi" : `osv-${family.toLowerCase()}`;
}

/** `Debian` of `Debian:12`. */
export function familyOf(ecosystem: string): string {
  return ecosystem.split(":")[0] ?? ecosystem;
}
