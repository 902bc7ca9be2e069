import { type GateCondition, gateConditions } from "../../compare/gate.ts";
import { latestOf } from "../../flow/compare/latest.ts";
import type { CompareRequest } from "../../flow/compare.ts";
import type { Options } from "../command.ts";
import { CliError } from "../error.ts";
import { filterOf, matchingOf, words } from "../vuln/options.ts";

/** How many images are compared with one at a time. */
const mostImages = 16;

/** What a command line with a baseline asks for. Throws CLI_USAGE, FLOW_UNSUPPORTED_REFERENCE and OCI_REFERENCE_INVALID. */
export function compareRequest(references: readonly [string, ...string[]], options: Options): CompareRequest {
  if (references.length > mostImages) {
    throw usage(`at most ${mostImages} images are compared with one`, "compare the others in another call");
  }
  const [first, ...others] = references;
  const named = (reference: string) => ({ reference, within: options.text("ref") });
  return {
    analysed: [named(first), ...others.map(named)],
    baseline: { reference: options.text("to") ?? latestOf(references), within: options.text("toRef") },
    platform: options.text("platform"),
    filter: { ...filterOf(options), ignoreUnchanged: options.flag("ignoreUnchanged") },
    ...matchingOf(options),
  };
}

/** What `--exit-on` names. Throws CLI_USAGE. */
export function exitConditions(options: Options): readonly GateCondition[] {
  const named = words(options, "exitOn");
  if (named.includes("policy")) {
    throw usage("--exit-on policy is not available: policies come later", `--exit-on ${gateConditions.join(",")} is`);
  }
  const unknown = named.find((word) => !gateConditions.some((condition) => condition === word));
  if (unknown !== undefined) {
    throw usage(`--exit-on does not know ${unknown}`, `say ${gateConditions.join(" or ")}, or both with a comma`);
  }
  return gateConditions.filter((condition) => named.includes(condition));
}

/** Refuses a command line that does not say what to compare with, or says two things. Throws CLI_USAGE. */
export function requireBaseline(options: Options): void {
  const to = options.text("to");
  const isLatest = options.flag("toLatest");
  if (to !== null && isLatest) throw usage(`--to ${to} and --to-latest name two images`, "give one of the two");
  if (to !== null || isLatest) return;
  throw usage(
    "compare needs --to BASELINE, the image to compare with",
    "hardpan compare catalog://node:24-debian13 --to baseline://node:24-bookworm-slim",
  );
}

function usage(message: string, hint: string): CliError {
  return new CliError("CLI_USAGE", message, { hint });
}
