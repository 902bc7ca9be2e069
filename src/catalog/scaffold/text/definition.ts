import { composeTags } from "../../../definition/tags.ts";
import type { ScaffoldPlan } from "../plan.ts";
import { fileText, listLines, scalar } from "./yaml.ts";

/** A variant of the image. */
export interface ScaffoldVariant {
  readonly dev: boolean;
  readonly fips: boolean;
}

/** The variants that a new image has. */
export function variantsOf({ request }: ScaffoldPlan): readonly ScaffoldVariant[] {
  const fips = request.fips ? [false, true] : [false];
  const dev = request.dev ? [false, true] : [false];
  return fips.flatMap((one) => dev.map((other) => ({ fips: one, dev: other })));
}

/** What a variant's file is called, less `.yaml`: `8.0-fips-dev`. */
export function variantFile({ version }: ScaffoldPlan, { dev, fips }: ScaffoldVariant): string {
  return `${version.value.line}${fips ? "-fips" : ""}${dev ? "-dev" : ""}`;
}

/** The tags of a variant that name its line of versions. Those of Debian 12 name the release, as newer ones may follow. */
export function variantTags({ version, request }: ScaffoldPlan, { dev, fips }: ScaffoldVariant): readonly string[] {
  const { line } = version.value;
  const tags = composeTags(line, {
    distro: { name: "debian", release: request.release },
    fips,
    stage: dev ? "dev" : null,
    exactDistroOnly: request.release === "12",
  });
  return tags.filter((tag) => tag === line || tag.startsWith(`${line}-`));
}

/** `8.0.x`; `20240905` for a version that goes no further. */
function lineWords({ line, version }: ScaffoldPlan["version"]["value"]): string {
  return line === version ? line : `${line}.x`;
}

/** The text of a variant's definition; `parts` is the folder of shared parts below the catalogue's. */
export function definitionText(plan: ScaffoldPlan, variant: ScaffoldVariant, parts: string): string {
  const { request, version } = plan;
  const { name, release } = request;
  const { dev, fips } = variant;
  const words = [...(fips ? ["FIPS mode"] : []), ...(dev ? ["dev"] : [])].join(", ");
  const own = `image/${name}/include`;
  const mode = fips ? " with OpenSSL in FIPS mode" : "";
  const has = dev
    ? `Debian ${release}${mode}${fips ? "," : " with"} apt, a shell and curl`
    : `a minimal Debian ${release}${mode}`;
  return fileText([
    `# syntax=hardpan/build:1-debian${release}`,
    "",
    `name: ${scalar(`${name} ${lineWords(version.value)}${words === "" ? "" : ` (${words})`}`)}`,
    ...listLines("includes", [
      `${parts}/debian-${release}${dev ? "-dev" : ""}.yaml`,
      ...(dev ? [] : [`${own}/runtime.yaml`]),
      `${own}/${name}.yaml`,
      ...(dev ? [`${own}/dev.yaml`] : []),
      ...(fips ? [`${parts}/${dev ? "fips" : "fips-runtime"}.yaml`] : []),
    ]),
    `image: hardpan/${name}`,
    `variant: ${dev ? "dev" : "runtime"}`,
    ...listLines("tags", variantTags(plan, variant)),
    "annotations:",
    `  org.opencontainers.image.description: ${scalar(`${name} ${version.value.line} on ${has}${dev ? ", to install and build in" : ", without package manager"}`)}`,
  ]);
}
