import type { Sbom } from "../../sbom/model.ts";

/** `sbom` with packages of `types` only, and what is said of them; itself where `types` is empty. */
export function onlyTypes(sbom: Sbom, types: readonly string[]): Sbom {
  if (types.length === 0) return sbom;
  const wanted = new Set(types);
  const packages = sbom.packages.filter(({ type }) => wanted.has(type));
  const purls = new Set(packages.map(({ purl }) => purl));
  return {
    ...sbom,
    packages: packages.map((item) => ({ ...item, dependsOn: item.dependsOn.filter((purl) => purls.has(purl)) })),
    removed: sbom.removed.filter(({ type }) => wanted.has(type)),
  };
}

/** What to say of types that no package of `sbom` has; null where each is met. */
export function absentTypes(sbom: Sbom, types: readonly string[]): string | null {
  const found = new Set(sbom.packages.map(({ type }) => type));
  const absent = types.filter((type) => !found.has(type));
  if (absent.length === 0) return null;
  const list = [...found].sort().join(", ") || "no packages";
  return `no package is of type ${absent.join(" or ")}; there are ${list}`;
}
