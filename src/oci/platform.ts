import { OciError } from "./error.ts";

/** An operating system and CPU, `linux/amd64` (OCI image-spec, image-index.md#platform). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const part = /^[a-z0-9_][a-z0-9_.-]{0,63}$/;

/**
 * Reads `os/architecture[/variant]`, or an architecture alone, which means Linux; the result is normalised.
 * Throws OCI_PLATFORM_INVALID.
 */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split("/");
  if (parts.length > 3 || !parts.every((word) => part.test(word))) {
    throw new OciError("OCI_PLATFORM_INVALID", `not a platform: ${JSON.stringify(text.slice(0, 100))}`, {
      hint: "write os/architecture, such as linux/amd64 or linux/arm64",
    });
  }
  const [first = "", second, variant] = parts;
  if (second === undefined) return normalisePlatform({ os: "linux", architecture: first });
  return normalisePlatform({ os: first, architecture: second, ...(variant === undefined ? {} : { variant }) });
}

/** `platform` as `os/architecture[/variant]`, normalised. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = normalisePlatform(platform);
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

const names: ReadonlyMap<string, { readonly architecture: string; readonly variant?: string }> = new Map([
  ["x86_64", { architecture: "amd64" }],
  ["x86-64", { architecture: "amd64" }],
  ["x64", { architecture: "amd64" }],
  ["i386", { architecture: "386" }],
  ["i686", { architecture: "386" }],
  ["ia32", { architecture: "386" }],
  ["aarch64", { architecture: "arm64" }],
  ["armhf", { architecture: "arm", variant: "v7" }],
  ["armel", { architecture: "arm", variant: "v6" }],
]);

const defaultVariants: ReadonlyMap<string, readonly string[]> = new Map([
  ["amd64", ["v1"]],
  ["arm64", ["v8", "8"]],
]);

/** `platform` with the names Go uses (`x86_64` → amd64, `aarch64` → arm64) and without the variant every such CPU has. */
export function normalisePlatform(platform: Platform): Platform {
  const os = platform.os === "macos" ? "darwin" : platform.os;
  const known = names.get(platform.architecture);
  const architecture = known?.architecture ?? platform.architecture;
  const variant = platform.variant || known?.variant || (architecture === "arm" ? "v7" : undefined);
  if (variant === undefined || defaultVariants.get(architecture)?.includes(variant)) return { os, architecture };
  return { os, architecture, variant: /^\d/.test(variant) ? `v${variant}` : variant };
}

/** Whether what is built for `offered` is meant for `wanted`: the same CPU, or an earlier variant of it. */
export function matchPlatform(wanted: Platform, offered: Platform): boolean {
  const want = normalisePlatform(wanted);
  const offer = normalisePlatform(offered);
  if (want.os !== offer.os || want.architecture !== offer.architecture) return false;
  return want.variant === offer.variant || variantNumber(offer) < variantNumber(want);
}

/**
 * The item of `offers` for `wanted`; where several are, the one of the latest variant, then the first. null when none is.
 * Items without a platform never match.
 */
export function pickPlatform<Offer extends { readonly platform?: Platform }>(
  offers: readonly Offer[],
  wanted: Platform,
): Offer | null {
  let best: Offer | null = null;
  let bestVariant = -1;
  for (const offer of offers) {
    if (offer.platform === undefined || !matchPlatform(wanted, offer.platform)) continue;
    const variant = variantNumber(normalisePlatform(offer.platform));
    if (variant <= bestVariant) continue;
    best = offer;
    bestVariant = variant;
  }
  return best;
}

/** 7 for `v7`; 0 without a variant; infinite for a variant that has no order, which then only equals itself. */
function variantNumber(platform: Platform): number {
  if (platform.variant === undefined) return 0;
  const match = /^v(\d{1,3})$/.exec(platform.variant);
  return match === null ? Number.POSITIVE_INFINITY : Number(match[1]);
}
