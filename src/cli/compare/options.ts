import type { CommandOption, Options } from "../command.ts";
import { CliError } from "../error.ts";
import { platformOption, supplyOptions } from "../shared-options.ts";
import {
  filterOptions,
  grouped,
  matchOptions,
  refuseServiceOptions,
  serviceOptions,
  vexOptions,
} from "../vuln/options.ts";

/** The options of `hardpan compare`; those of docker scout compare have its names and meaning. */
export const compareOptions: readonly CommandOption[] = [
  { form: "--to <BASELINE>", explanation: "the image to compare with" },
  { form: "--to-latest", explanation: "compare with the tag latest of the same repository" },
  { form: "--ref <NAME>", explanation: "which image of a layout or archive to look at: a name, tag or digest" },
  { form: "--to-ref <NAME>", explanation: "the same for the image to compare with" },
  platformOption,
  {
    form: "--format <FORMAT>",
    explanation: "text, markdown (for a pull request), html or json",
    choices: ["text", "markdown", "html", "json"],
    default: "text",
  },
  { form: "-o, --output <FILE>", explanation: "write to a file" },
  { form: "--summary", explanation: "only the overview" },
  { form: "--details", explanation: "every change in text, and not only the gravest" },
  {
    form: "-x, --exit-on <CONDITIONS>",
    explanation: "end with 2 on what is new: vulnerability, package, or both with a comma",
    many: true,
  },
  { form: "--ignore-unchanged", explanation: "list no vulnerabilities that both images have" },
  ...filterOptions,
  ...matchOptions,
  ...vexOptions,
  { form: "--hide-policies", explanation: "taken for docker scout's sake: no policies are shown" },
  ...supplyOptions,
  ...serviceOptions,
  ...grouped(
    "Options of docker scout that are not available",
    refusedOptions().map(({ form, reason }) => ({ form, explanation: reason })),
  ),
];

/** An option of docker scout compare that is not to be had, and why. */
interface RefusedOption {
  readonly form: string;
  /** Its name as `Options` has it. */
  readonly name: string;
  readonly reason: string;
  readonly hint: string;
}

function refusedOptions(): readonly RefusedOption[] {
  const environments = { reason: "there is no service that records environments", hint: "name the image with --to" };
  const policies = { reason: "policies come later", hint: "--exit-on vulnerability and the --only- options are there" };
  return [
    { form: "--to-env <NAME>", name: "toEnv", ...environments },
    { form: "--only-policy <NAMES>", name: "onlyPolicy", ...policies },
    { form: "--policy-bundle <REF>", name: "policyBundle", ...policies },
    { form: "--policy-config <FILE>", name: "policyConfig", ...policies },
    { form: "--policy-dir <DIR>", name: "policyDir", ...policies },
    { form: "--policy-file <FILE>", name: "policyFile", ...policies },
  ];
}

/** Refuses the options of docker scout compare that cannot be met. Throws CLI_USAGE. */
export function refuseOptions(options: Options): void {
  refuseServiceOptions(options);
  const used = refusedOptions().find(({ name }) => options.text(name) !== null);
  if (used === undefined) return;
  const flag = used.form.replace(/ .*/, "");
  throw new CliError("CLI_USAGE", `${flag} is not available: ${used.reason}`, { hint: used.hint });
}
