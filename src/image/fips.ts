import { type FipsModule, findFipsModule, readFipsModule } from "./definition/fips.ts";
import { ImageError } from "./error.ts";
import { fragmentContents } from "./layer/content.ts";
import type { Fragment, Packing } from "./layer/fragment.ts";
import type { Root } from "./layer/root.ts";

/** The label in which a definition states the certificate number of the module it brings. */
export const certificateLabel = "io.hardpan.fips.certificate";

/** The FIPS provider an image has, with its content. Throws IMAGE_FIPS_INVALID where there is none. */
export async function fipsOf(
  { root, fragments }: { readonly root: Root; readonly fragments: readonly Fragment[] },
  packing: Packing,
): Promise<{ readonly module: FipsModule; readonly content: Uint8Array }> {
  const path = findFipsModule(root);
  if (path === null) {
    throw new ImageError(
      "IMAGE_FIPS_INVALID",
      "the definition says fips-compliant, and the image has no FIPS provider",
      {
        hint: "list the package openssl-provider-fips, or bring a module in contents.files",
      },
    );
  }
  const content = (await fragmentContents(fragments, [path], packing)).get(path) ?? new Uint8Array(0);
  return { module: readFipsModule(path, content), content };
}

/** The `compliance` label: `fips` only for a module with a certificate, else `fips-mode`; empty without a module. */
export function complianceOf(module: FipsModule | null, certificate: string | null): string {
  if (module === null) return "";
  return certificate === null || certificate === "" ? "fips-mode" : "fips";
}

/** What is said of an image whose labels are `labels`; null for one that is not in FIPS mode. */
export function fipsStatement(labels: Readonly<Record<string, string>>): string | null {
  const module = labels["io.hardpan.fips.module"];
  if (module === undefined) return null;
  const certificate = labels[certificateLabel] ?? "";
  return certificate === ""
    ? `FIPS mode on, module not validated (${module})`
    : `FIPS mode on, validated module: certificate ${certificate} (${module})`;
}
