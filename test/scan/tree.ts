import { openImage } from "../../src/facts/image.ts";
import type { ImageTree } from "../../src/facts/model.ts";
import { walkImage } from "../../src/facts/walk.ts";
import type { ContainerConfig } from "../../src/oci/config.ts";
import type { Sbom, SbomPackage } from "../../src/sbom/model.ts";
import { catalogTree } from "../../src/scan/catalog.ts";
import { catalogers } from "../../src/scan/catalogers.ts";
import { createFinder } from "../../src/scan/finder.ts";
import { keep } from "../../src/scan/scan.ts";
import { type TestLayer, testImage } from "../facts/layers.ts";

/** An image scanned from its layers. */
export interface Scanned {
  readonly sbom: Sbom;
  readonly tree: ImageTree;
  /** Digests of the layers, lowest first. */
  readonly layers: readonly string[];
}

/** Scans a real image made of `layers`. */
export async function scanLayers(
  layers: readonly TestLayer[],
  container: Partial<ContainerConfig> = {},
): Promise<Scanned> {
  const { store } = await testImage(layers, { container });
  const image = await openImage(store, "test");
  const tree = await walkImage(store, image.manifest, { keep, finder: createFinder(catalogers) });
  const sbom = catalogTree(tree, { image: image.identity, config: image.config, base: null });
  return { sbom, tree, layers: image.manifest.layers.map((layer) => layer.digest) };
}

/** `type name version` of each package. */
export function named(packages: readonly SbomPackage[]): readonly string[] {
  return packages.map((item) => `${item.type} ${item.name} ${item.version}`);
}

/** The package of this name; fails the test when there is none. */
export function packageNamed(sbom: Sbom, name: string): SbomPackage {
  const found = sbom.packages.find((item) => item.name === name);
  if (found === undefined) throw new Error(`no package ${name} among ${named(sbom.packages).join(", ")}`);
  return found;
}

/** A stanza of dpkg's status file as dpkg writes it. */
export function statusStanza(fields: Readonly<Record<string, string>>): string {
  const usual = {
    Status: "install ok installed",
    Priority: "optional",
    Maintainer: "Test Team <team@example.org>",
    Architecture: "amd64",
    Description: "made in a test\n for reading",
  };
  const { Package = "", ...rest } = fields;
  const all = Object.entries({ ...usual, ...rest }).filter(([, value]) => value !== "");
  return [["Package", Package], ...all].map(([name, value]) => `${name}: ${value}\n`).join("");
}

/** os-release of Debian 13. */
export const trixie =
  'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nVERSION="13 (trixie)"\nVERSION_CODENAME=trixie\nDEBIAN_VERSION_FULL=13.2\nID=debian\n';
