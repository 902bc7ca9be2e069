import type { CommandOption } from "./command.ts";

/** Options of every command that may need to build, fetch or look something up. */
export const supplyOptions: readonly CommandOption[] = [
  { form: "--catalog <DIR>", explanation: "catalogue folder (default: the one that comes with Hardpan)" },
  { form: "--offline", explanation: "use only what is in the cache" },
];

/** The choice of one platform out of several. */
export const platformOption: CommandOption = {
  form: "--platform <OS/ARCH>",
  explanation: "platform, such as linux/amd64 or linux/arm64",
};

/** The forms an image reference may have. */
export const referenceHelp = `References:
  catalog://NAME:TAG     a hardened image of the catalogue, built when needed
  baseline://NAME:TAG    a conventional image, reconstructed when needed
  oci-dir://DIR[:TAG]    an OCI image layout
  archive://FILE[#NAME]  an image archive, as docker save writes it
  local://NAME:TAG       an image of the local Docker or Podman
  registry://REFERENCE   an image of a registry
  NAME:TAG               the local engine's image, else the registry's`;

/** The forms of a place that an image is written to. */
export const targetHelp = `Targets:
  registry://REFERENCE   a registry
  oci-dir://DIR[:TAG]    an OCI image layout
  archive://FILE[#NAME]  an archive for docker load, of one platform
  local://NAME:TAG       the local Docker or Podman, one platform`;
