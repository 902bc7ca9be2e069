import type { ImageInfo } from "../../../catalog/info.ts";
import type { SupporterName } from "../../../catalog/support.ts";
import type { ListedVariant } from "./model.ts";

/** What a listing is narrowed to; null and empty for all. */
export interface ListFilter {
  /** Names of images. */
  readonly names: readonly string[];
  /** Words that must all be in an image's name, display name, description or categories, or in one tag; in any case. */
  readonly words: readonly string[];
  readonly category: string | null;
  /** `debian-13`, or `debian` for all its releases. */
  readonly distro: string | null;
  readonly variant: string | null;
  /** A flavor; empty text for images without one. */
  readonly flavor: string | null;
  /** Only images in FIPS mode. */
  readonly fips: boolean;
  /** `linux/arm64`. */
  readonly platform: string | null;
  readonly support: SupporterName | "none" | "unknown" | null;
  /** Only what was built here. */
  readonly built: boolean;
}

/** Everything. */
export const wholeCatalog: ListFilter = {
  ...{ names: [], words: [], category: null, distro: null, variant: null, flavor: null },
  ...{ fips: false, platform: null, support: null, built: false },
};

/** What is said of an image as a whole. */
export interface Described {
  readonly name: string;
  readonly info: ImageInfo | null;
}

/** Whether an image may have variants that pass, by what is said of it as a whole. */
export function isImageWanted({ name, info }: Described, { names, category }: ListFilter): boolean {
  if (names.length > 0 && !names.includes(name)) return false;
  return category === null || info?.categories.includes(category) === true;
}

/** What a filter looks at of a variant before anything is looked up for it. */
export type Stated = Pick<ListedVariant, "variant" | "flavor" | "distro" | "platforms" | "tags"> & {
  readonly fips: boolean;
};

/** Whether a variant passes by what its definition says. */
export function isVariantWanted(image: Described, variant: Stated, filter: ListFilter): boolean {
  const { distro, flavor, platform } = filter;
  return (
    (filter.variant === null || variant.variant === filter.variant) &&
    (distro === null || variant.distro === distro || variant.distro.startsWith(`${distro}-`)) &&
    (flavor === null || (variant.flavor ?? "") === flavor) &&
    (!filter.fips || variant.fips) &&
    (platform === null || variant.platforms.includes(platform)) &&
    hasWords(image, variant.tags, filter.words)
  );
}

/** Whether a variant passes by what was found out about it. */
export function isFoundWanted({ digest, support }: ListedVariant, filter: ListFilter): boolean {
  if (filter.built && digest === null) return false;
  if (filter.support === null) return true;
  if (filter.support === "unknown") return support === null;
  if (filter.support === "none") return support?.by.length === 0;
  return support?.by.some(({ who }) => who === filter.support) === true;
}

function hasWords({ name, info }: Described, tags: readonly string[], words: readonly string[]): boolean {
  const texts = [name, info?.displayName, info?.description, ...(info?.categories ?? [])];
  const about = [...texts, ...tags.map((tag) => `${name}:${tag}`)].map((text) => (text ?? "").toLowerCase());
  return words.every((word) => about.some((text) => text.includes(word.toLowerCase())));
}
