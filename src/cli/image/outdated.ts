import type { LockChange } from "../../definition/lock-changes.ts";
import type { OutdatedImage, OutdatedReport } from "../../flow/image/outdated.ts";
import type { Command, Outcome } from "../command.ts";
import { supplyOptions } from "../shared-options.ts";

/** `hardpan outdated`: which locks a new one would differ from. */
export const outdatedCommand: Command = {
  name: "outdated",
  summary: "list what is newer than the locks beside the catalogue's definitions",
  arguments: [["[NAME...]", "images of the catalogue, NAME or NAME:TAG (default: all that have a lock)"]],
  options: [{ form: "--exit-code", explanation: "end with 2 when something is outdated" }, ...supplyOptions],
  examples: [
    ["hardpan outdated", "compares every lock of the catalogue with what there is now"],
    ["hardpan outdated --json", "the same as data, for a scheduled job to act on"],
  ],
  async run({ arguments: names, options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { findOutdated } = await import("../../flow/image/outdated.ts");
    const report = await findOutdated(names, await createPorts(options, context));
    return outdatedOutcome(report, { gate: options.flag("exitCode") });
  },
};

/**
 * What the command prints and ends with: 2 when something is outdated and it is a `gate`, else 1 when an image could not be
 * looked up, else 0.
 */
export function outdatedOutcome(report: OutdatedReport, { gate }: { readonly gate: boolean }): Outcome {
  const isAnyOutdated = report.images.some(({ outdated }) => outdated === true);
  const isAnyUnknown = report.images.some(({ outdated }) => outdated === null);
  return {
    json: report,
    text: () => outdatedText(report),
    exitCode: gate && isAnyOutdated ? 2 : isAnyUnknown ? 1 : 0,
  };
}

function outdatedText({ images }: OutdatedReport): string {
  if (images.length === 0) return "no definition has a lock beside it; `hardpan lock NAME:TAG` makes one\n";
  return `${images.flatMap(imageLines).join("\n")}\n`;
}

const withoutVersions: ReadonlySet<string> = new Set([
  "definition changed",
  "platform not locked",
  "platform not made",
] satisfies readonly LockChange["reason"][]);

function imageLines({ image, path, tag, outdated, packages, problem }: OutdatedImage): readonly string[] {
  const name = tag === null ? path : `${image}:${tag}`;
  if (problem !== null) return [`${name}: cannot be looked up: ${problem.message} (${problem.code})`];
  if (outdated !== true) return [`${name}: up to date`];
  const width = Math.max(...packages.map((one) => one.package.length));
  const lines = packages.map((one) => {
    const where = one.stage === null ? one.reason : `${one.reason}, stage ${one.stage}`;
    if (withoutVersions.has(one.reason)) return `  ${one.package.padEnd(width)}  ${where}`;
    if (one.reason === "another definition") return `  the lock is that of ${one.locked}, not of ${one.package}`;
    return `  ${one.package.padEnd(width)}  ${one.locked ?? "not there"} → ${one.available ?? "not there"}  ${where}`;
  });
  return [`${name}: outdated`, ...lines];
}
