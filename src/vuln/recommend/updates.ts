import { runtimes } from "../ecosystem.ts";
import type { Finding, MatchResult } from "../model.ts";
import { schemeOfPurlType, type VersionScheme, versionOrder } from "../version/order.ts";
import { effectOf } from "./effect.ts";
import type { PackageUpdate, Recommendation } from "./model.ts";

const distributionTypes: ReadonlySet<string> = new Set(["deb", "apk", "rpm"]);

/**
 * What newer versions of packages would mend: those of the distribution at once, by its own package manager, and each of
 * the languages' packages by itself. Empty where nothing can be mended so.
 */
export function updateRecommendations(current: MatchResult, packages: number): readonly Recommendation[] {
  const fixable = current.findings.filter(({ state, suppressed }) => state === "fixed" && suppressed === null);
  const distribution = fixable.filter((one) => distributionTypes.has(one.package.type));
  const others = fixable.filter((one) => !distributionTypes.has(one.package.type));
  const recommend = (findings: readonly Finding[], text: string): readonly Recommendation[] => {
    if (findings.length === 0) return [];
    const mended = new Set(findings);
    const effect = effectOf(
      current,
      current.findings.filter((one) => !mended.has(one)),
    );
    const unknown = { reference: null, digest: null, size: null, notes: [] };
    return [{ kind: "packages", text, ...unknown, ...effect, packages, updates: updatesOf(findings) }];
  };
  return [
    ...recommend(
      distribution,
      "update the distribution's packages when you build the image, or rebuild on an updated base",
    ),
    ...recommend(others, "update these packages where your project names their versions"),
  ];
}

/** For each package the highest of the versions that mend something, most mended first. */
function updatesOf(findings: readonly Finding[]): readonly PackageUpdate[] {
  const byPackage = Map.groupBy(findings, (one) => one.package.purl);
  const updates = [...byPackage.values()].flatMap((group): readonly PackageUpdate[] => {
    const [first] = group;
    const fixes = group.flatMap(({ fixedVersion }) => (fixedVersion === null ? [] : [fixedVersion]));
    const to = first === undefined ? undefined : fixes.toSorted(versionOrder(schemeOf(first))).at(-1);
    return first === undefined || to === undefined ? [] : [{ package: first.package, to, mends: group.length }];
  });
  return updates.toSorted((a, b) => b.mends - a.mends || (a.package.purl < b.package.purl ? -1 : 1));
}

function schemeOf({ package: { type, name } }: Finding): VersionScheme {
  return schemeOfPurlType(type) ?? runtimes.get(name)?.scheme ?? "semver";
}
