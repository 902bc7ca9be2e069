import { certificateOf } from "../facts/audit/fips.ts";
import { findFipsModule, type ImageFipsModule, moduleName } from "./definition/fips.ts";
import { ImageError } from "./error.ts";
import { traitsIn } from "./layer/root.ts";
import type { Stack } from "./layer/stack.ts";

/** The label that names the module of an image in FIPS mode; no definition can set it. */
export const moduleLabelName = "io.hardpan.fips.module";

/** The FIPS provider an image has. Throws IMAGE_FIPS_INVALID where there is none. */
export function fipsOf({ root, fragments }: Pick<Stack, "root" | "fragments">): ImageFipsModule {
  const module = findFipsModule(traitsIn(root, fragments));
  if (module !== null) return module;
  throw new ImageError("IMAGE_FIPS_INVALID", "the definition says fips-compliant, and the image has no FIPS provider", {
    hint: "list the package openssl-provider-fips, or bring a module in contents.files",
  });
}

/** The `compliance` label: `fips` only for a module with a certificate, else `fips-mode`; empty without a module. */
export function complianceOf(module: ImageFipsModule | null, certificate: string | null): string {
  if (module === null) return "";
  return certificate === null ? "fips-mode" : "fips";
}

/** The module as a label names it: `OpenSSL FIPS Provider 3.5.9`. */
export function moduleLabel({ version }: Pick<ImageFipsModule, "version">): string {
  return `${moduleName} ${version ?? "of unknown version"}`;
}

/** What is said of an image whose labels are `labels`; null for one that is not in FIPS mode. */
export function fipsStatement(labels: Readonly<Record<string, string>>): string | null {
  const module = labels[moduleLabelName];
  if (module === undefined) return null;
  const certificate = certificateOf(labels);
  return certificate === null
    ? `FIPS mode on, module not validated (${module})`
    : `FIPS mode on, validated module: certificate ${certificate} (${module})`;
}

/**
 * The same of an image that is in FIPS mode by its files, with a module of `version`: labels that name another module, or
 * none, are those of another image, and so is their certificate.
 */
export function foundFipsStatement(labels: Readonly<Record<string, string>>, version: string | null): string {
  const module = moduleLabel({ version });
  const stated = labels[moduleLabelName] === module ? fipsStatement(labels) : null;
  return stated ?? `FIPS mode on, module not validated (${module})`;
}
