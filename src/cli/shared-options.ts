import { parseAge } from "../vuln/age.ts";
import type { CommandOption, Options } from "./command.ts";
import { CliError } from "./error.ts";

/** Options of every command that may need to build, fetch or look something up. */
export const supplyOptions: readonly CommandOption[] = [
  { form: "--catalog <DIR>", explanation: "catalogue folder (default: the one that comes with Hardpan)" },
  { form: "--offline", explanation: "use only what is in the cache" },
];

/** Which advisories an answer rests on, and how old they may be. */
export const advisoryOptions: readonly CommandOption[] = [
  {
    form: "--advisories <PATH>",
    explanation: "an index, or a folder of feeds, in place of what hardpan db keeps",
  },
  { form: "--max-age <AGE>", explanation: "refuse advisories that are older, such as 12h, 7d or 2w" },
];

/** What `--max-age` says, in milliseconds; null where it is not given. Throws CLI_USAGE. */
export function maxAgeOf(options: Options): number | null {
  const text = options.text("maxAge");
  if (text === null) return null;
  const age = parseAge(text);
  if (age !== null) return age;
  throw new CliError("CLI_USAGE", `--max-age ${text} is no age`, { hint: "write hours, days or weeks: 12h, 7d, 2w" });
}

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
