import type { MatchRequest } from "../../flow/vuln/advisories.ts";
import type { FindingFilter } from "../../vuln/filter.ts";
import type { Severity } from "../../vuln/model.ts";
import type { CommandOption, Options } from "../command.ts";
import { CliError } from "../error.ts";
import { advisoryOptions, maxAgeOf } from "../shared-options.ts";

/** What findings are narrowed to, as `docker scout` names it. */
export const filterOptions: readonly CommandOption[] = grouped("Which vulnerabilities", [
  {
    form: "--only-severity <LIST>",
    explanation: "only these severities: critical,high,medium,low,negligible,unspecified",
    many: true,
  },
  { form: "--only-cve-id <LIST>", explanation: "only these vulnerabilities, by their id or an alias", many: true },
  { form: "--only-package <REGEX>", explanation: "only packages whose name or package URL matches", many: true },
  {
    form: "--only-package-type <TYPES>",
    explanation: "only packages of these types, such as deb,npm,pypi",
    many: true,
  },
  { form: "--only-fixed", explanation: "only what a newer version mends" },
  { form: "--only-unfixed", explanation: "only what nothing mends yet" },
  { form: "--only-base", explanation: "only what is in packages of the base image" },
  { form: "--ignore-base", explanation: "leave out what is in packages of the base image" },
  { form: "--only-cisa-kev", explanation: "only what CISA knows to be exploited" },
  { form: "--only-metric <LIST>", explanation: "only what has these CVSS metrics, such as AV:N,PR:N", many: true },
  { form: "--epss-score <NUMBER>", explanation: "only what EPSS gives at least this probability, 0 to 1" },
  { form: "--epss-percentile <NUMBER>", explanation: "only what is at least at this EPSS percentile, 0 to 1" },
  { form: "--only-vex-affected", explanation: "only what a VEX statement calls affected" },
  { form: "--ignore-suppressed", explanation: "leave out what a VEX statement suppresses" },
]);

/** How findings are counted, and by which data. */
export const matchOptions: readonly CommandOption[] = grouped("How they are found and counted", [
  ...advisoryOptions,
  {
    form: "--debian-policy <NAME>",
    explanation: "count all records, or only as scout, grype or trivy do",
    choices: ["all", "scout", "grype", "trivy"],
    default: "all",
  },
  {
    form: "--archive <WHEN>",
    explanation: "when to ask Debian's archive for fixes; auto: unless its security tracker's data is of this week",
    choices: ["auto", "always", "never"],
    default: "auto",
  },
]);

/** Which VEX documents to heed. */
export const vexOptions: readonly CommandOption[] = grouped("What VEX documents say", [
  { form: "--vex-location <PATH>", explanation: "a VEX document that counts, or a folder of some", many: true },
  { form: "--vex-author <REGEX>", explanation: "only statements of these authors count", many: true },
  {
    form: "--vex-key <FILE>",
    explanation: "a public key: VEX that comes with an image counts where it is signed with it",
    many: true,
  },
]);

/** Options of `docker scout` that ask its service, which there is none of. */
export const serviceOptions: readonly CommandOption[] = grouped("Options of docker scout that are not available", [
  { form: "--env <NAME>", explanation: "there is no service that records environments" },
  { form: "--only-stage <NAMES>", explanation: "an image does not say which stage its files are from", many: true },
  { form: "--multi-stage", explanation: "as --only-stage" },
]);

/** Options that help lists under one heading. */
export function grouped(group: string, options: readonly CommandOption[]): readonly CommandOption[] {
  return options.map((option) => ({ ...option, group }));
}

/** Refuses options that cannot be met. Throws CLI_USAGE. */
export function refuseServiceOptions(options: Options): void {
  const asked =
    options.text("env") !== null
      ? "--env"
      : options.flag("multiStage")
        ? "--multi-stage"
        : options.texts("onlyStage").length > 0
          ? "--only-stage"
          : null;
  if (asked === null) return;
  const why =
    asked === "--env"
      ? "there is no service that records what runs in environments"
      : "an image does not say which build stage its files are from";
  throw new CliError("CLI_USAGE", `${asked} is not available: ${why}`, {
    hint: asked === "--env" ? "name the image itself" : "scan the stages as images of their own",
  });
}

/** What the filter options say. Throws CLI_USAGE for values that are none. */
export function filterOf(options: Options): FindingFilter {
  if (options.flag("onlyFixed") && options.flag("onlyUnfixed")) throw contradiction("--only-fixed", "--only-unfixed");
  if (options.flag("onlyBase") && options.flag("ignoreBase")) throw contradiction("--only-base", "--ignore-base");
  return {
    severities: once(words(options, "onlySeverity").map(severityOf)),
    ids: once(words(options, "onlyCveId").map(identifierOf)),
    packages: options.texts("onlyPackage").map((text) => patternOf(text, "--only-package", "^libssl")),
    types: once(words(options, "onlyPackageType").map((type) => type.toLowerCase())),
    fixes: options.flag("onlyFixed") ? "fixed" : options.flag("onlyUnfixed") ? "unfixed" : null,
    base: options.flag("onlyBase") ? "only" : options.flag("ignoreBase") ? "ignore" : null,
    exploited: options.flag("onlyCisaKev"),
    metrics: words(options, "onlyMetric").map(metricOf),
    epssScore: share(options, "epssScore", "--epss-score"),
    epssPercentile: share(options, "epssPercentile", "--epss-percentile"),
    vexAffected: options.flag("onlyVexAffected"),
    ignoreSuppressed: options.flag("ignoreSuppressed"),
  };
}

/** How the options say that findings are matched and counted. Throws CLI_USAGE. */
export function matchingOf(options: Options): MatchRequest {
  const policy = options.text("debianPolicy");
  const archive = options.text("archive");
  return {
    policy: policy === "scout" || policy === "grype" || policy === "trivy" ? policy : "all",
    archive: archive === "always" || archive === "never" ? archive : "auto",
    maxAge: maxAgeOf(options),
    vex: {
      locations: options.texts("vexLocation"),
      authors: options.texts("vexAuthor").map((text) => patternOf(text, "--vex-author", "@example\\.com")),
      keys: options.texts("vexKey"),
    },
  };
}

/** Words of an option that may be given several times, or once with commas. Throws CLI_USAGE where it is given without any. */
export function words(options: Options, name: string): readonly string[] {
  const all = options.texts(name).flatMap((text) => {
    const found = text.split(/[\s,]+/).filter((word) => word !== "");
    if (found.length === 0) throw namesNothing(flagOf(name));
    return found;
  });
  return once(all);
}

function once<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Set(items)];
}

/** The id of a vulnerability as records write it, however it was typed: `cve-2026-1`, `ghsa-AAAA-bbbb-cccc`. */
export function identifierOf(text: string): string {
  const upper = text.trim().toUpperCase();
  return upper.startsWith("GHSA-") ? `GHSA-${upper.slice(5).toLowerCase()}` : upper;
}

/** `onlySeverity` → `--only-severity`. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What is empty would narrow nothing, or trust everybody: a variable that was not set must not do that unnoticed. */
function namesNothing(flag: string): CliError {
  return new CliError("CLI_USAGE", `${flag} names nothing`, { hint: `leave out ${flag}, or say what it is to be` });
}

function metricOf(text: string): string {
  if (/^[A-Za-z]{1,4}:[A-Za-z]{1,8}$/.test(text)) return text;
  throw new CliError("CLI_USAGE", `--only-metric ${text} is no CVSS metric with its value`, { hint: "such as AV:N" });
}

const severityWords: ReadonlyMap<string, Severity> = new Map([
  ["critical", "critical"],
  ["high", "high"],
  ["medium", "medium"],
  ["moderate", "medium"],
  ["low", "low"],
  ["negligible", "negligible"],
  ["unspecified", "unspecified"],
  ["unknown", "unspecified"],
]);

function severityOf(word: string): Severity {
  const severity = severityWords.get(word.toLowerCase());
  if (severity !== undefined) return severity;
  throw new CliError("CLI_USAGE", `--only-severity does not know ${word}`, {
    hint: "say critical, high, medium, low, negligible or unspecified, with commas between",
  });
}

/** A pattern comes from the command line of whoever runs it: one that takes long takes their own time. */
function patternOf(text: string, flag: string, example: string): RegExp {
  if (text === "") throw namesNothing(flag);
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new CliError("CLI_USAGE", `${flag}: ${cause instanceof Error ? cause.message : text}`, {
      hint: `write a regular expression, such as ${example}`,
      cause,
    });
  }
}

function share(options: Options, name: string, flag: string): number | null {
  const text = options.text(name);
  if (text === null) return null;
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new CliError("CLI_USAGE", `${flag} ${text} is not a number from 0 to 1`, { hint: `such as ${flag} 0.5` });
}

function contradiction(left: string, right: string): CliError {
  return new CliError("CLI_USAGE", `${left} and ${right} leave nothing`, { hint: "give one of the two" });
}
