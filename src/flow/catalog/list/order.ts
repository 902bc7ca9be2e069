import { parseTag, sortTags } from "../../../definition/tags.ts";
import type { ListedVariant } from "./model.ts";

/** The tag by which people call a variant: the shortest that names distribution and release, else the shortest. */
export function callTag(tags: readonly string[]): string {
  const own = sortTags(tags.filter((tag) => parseTag(tag).build === null));
  return own.find((tag) => parseTag(tag).release !== null) ?? own[0] ?? "";
}

/** The version that a variant is of by its tags, `3.13` or `trixie`, without a flavor that stands with it. */
export function versionOf({ tags, flavor }: Pick<ListedVariant, "tags" | "flavor">): string {
  const { version } = parseTag(callTag(tags));
  return flavor !== null && version.endsWith(`-${flavor}`) ? version.slice(0, -flavor.length - 1) : version;
}

/** What variants are ordered by. */
type Ordered = Pick<ListedVariant, "variant" | "flavor" | "distro" | "tags" | "compliance">;

/** Newest versions first, then newest distributions; of one version the plain runtime image, then fips, flavors and dev. */
export function byVersion(a: Ordered, b: Ordered): number {
  return (
    -compareNumbers(versionOf(a), versionOf(b)) ||
    -compareNumbers(a.distro, b.distro) ||
    rank(a) - rank(b) ||
    compareTexts(callTag(a.tags), callTag(b.tags))
  );
}

function rank({ variant, flavor, compliance }: Ordered): number {
  return (variant === "runtime" ? 0 : 4) + (flavor === null ? 0 : 2) + (compliance.length === 0 ? 0 : 1);
}

/** Compares texts as people do: numbers in them by their value. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at += 1) {
    const [one = "", other = ""] = [left?.[at], right?.[at]];
    const isNumeric = /^\d/.test(one) && /^\d/.test(other);
    const order = isNumeric ? Number(one) - Number(other) : compareTexts(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
