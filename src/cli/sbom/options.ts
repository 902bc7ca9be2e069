import type { CommandOption, Options } from "../command.ts";

/** Which packages a bill of materials is to have. */
export const typeOption: CommandOption = {
  form: "--only-package-type <TYPES>",
  explanation: "only packages of these types, such as deb,npm,pypi,golang,maven",
  many: true,
};

/** The forms of what a bill of materials is made or read of. */
export const billHelp = `References:
  NAME:TAG               the local engine's image, else the registry's
  local://NAME:TAG       an image of the local Docker or Podman
  registry://REFERENCE   an image of a registry
  oci-dir://DIR[:TAG]    an OCI image layout
  archive://FILE[#NAME]  an image archive, as docker save writes it; - is stdin
  fs://DIR, fs://FILE    a folder, or a file: package-lock.json, app.jar, …
  sbom://FILE            a bill of materials: SPDX, CycloneDX, syft's JSON,
                         ours; - or nothing is stdin
  catalog://NAME:TAG     a hardened image of the catalogue, built when needed
  baseline://NAME:TAG    a conventional image, reconstructed when needed`;

/** The types that `--only-package-type` names, in one use with commas or in several. */
export function wantedTypes(options: Options): readonly string[] {
  const words = options.texts("onlyPackageType").flatMap((text) => text.split(/[\s,]+/));
  return [...new Set(words)].filter((type) => type !== "");
}
