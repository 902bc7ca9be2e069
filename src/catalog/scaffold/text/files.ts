import { nobody, type ScaffoldPlan } from "../plan.ts";
import { checkText } from "./check.ts";
import { definitionText, variantFile, variantsOf } from "./definition.ts";
import { devInclude, runtimeInclude, sharedInclude } from "./include.ts";
import { infoText } from "./info.ts";
import { overviewText } from "./overview.ts";

/** Where a catalogue has the parts that all images share. */
export const sharedParts = "image/debian-base/include";

/** Parts that a new image includes, by name. Those that they include come besides. */
export function partsOf({ request, user }: Pick<ScaffoldPlan, "request" | "user">): readonly string[] {
  const { release, dev, fips } = request;
  const isNobody = user.value === nobody;
  return [
    `debian-${release}.yaml`,
    isNobody ? "service.yaml" : "service-parts.yaml",
    ...(dev ? [`debian-${release}-dev.yaml`] : []),
    ...(dev && isNobody ? ["nonroot-account.yaml"] : []),
    ...(fips ? ["fips.yaml", "fips-runtime.yaml"] : []),
  ];
}

/** All files of a new image by their paths below the catalogue's folder; `parts` is the folder of shared parts there. */
export function scaffoldFiles(plan: ScaffoldPlan, parts: string): ReadonlyMap<string, string> {
  const { request } = plan;
  const own = `image/${request.name}`;
  return new Map([
    [`${own}/info.yaml`, infoText(plan)],
    [`${own}/overview.md`, overviewText(plan)],
    [`${own}/check.yaml`, checkText(plan)],
    [`${own}/include/${request.name}.yaml`, sharedInclude(plan)],
    [`${own}/include/runtime.yaml`, runtimeInclude(plan, parts)],
    ...(request.dev ? [[`${own}/include/dev.yaml`, devInclude(plan, parts)] as const] : []),
    ...variantsOf(plan).map(
      (variant) =>
        [
          `${own}/debian-${request.release}/${variantFile(plan, variant)}.yaml`,
          definitionText(plan, variant, parts),
        ] as const,
    ),
  ]);
}
