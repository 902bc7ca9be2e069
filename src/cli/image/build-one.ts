import { describeDifference } from "../../facts/difference.ts";
import { type Built, buildFromCatalog } from "../../flow/build.ts";
import { type BuildReport, describeBuild } from "../../flow/image/build-report.ts";
import { checkExpectation, type Expectation } from "../../flow/image/expect.ts";
import { renewLock, writeLock } from "../../flow/image/lock-file.ts";
import { writeImage } from "../../flow/image/output.ts";
import type { Ports } from "../../flow/ports.ts";
import type { Options, Outcome } from "../command.ts";
import type { Context } from "../context.ts";
import { createPorts } from "../wiring.ts";
import { jobsOf } from "./jobs.ts";

/** What the command line says of a build besides its names. */
export interface BuildInvocation {
  readonly locked: string | null;
  readonly options: Options;
  readonly context: Context;
}

/** Builds one image and writes it where it belongs. */
export async function buildOne(name: string, { locked, options, context }: BuildInvocation): Promise<Outcome> {
  // One image needs no number, but a wrong one is a mistake here too.
  jobsOf(options.text("jobs"));
  const ports = await createPorts(options, context);
  const request = { kind: "image", name, platforms: options.texts("platform") } as const;
  if (options.flag("update")) await renewLock(request, ports);
  const requireValidatedFips = options.flag("requireValidatedFips");
  const built = await buildFromCatalog({ ...request, locked, requireValidatedFips }, ports);
  const expected = options.text("expect");
  const expectation = expected === null ? null : await checkExpectation(built, expected, ports);
  const organisation = options.text("org") ?? "hardpan";
  const outputs = expectation?.verdict === "differs" ? [] : await writeOutputs(built, { options, organisation, ports });
  const lockFile = options.text("writeLock");
  if (lockFile !== null) await writeLock(lockFile, built.lock);
  const report = describeBuild(built, { organisation, outputs });
  return {
    json: expectation === null ? report : { ...report, expectation },
    text: () => `${buildText(report)}${expectation === null ? "" : expectationText(expectation)}`,
    exitCode: expectation?.verdict === "differs" ? 2 : 0,
  };
}

async function writeOutputs(
  built: Built,
  { options, organisation, ports }: { readonly options: Options; readonly organisation: string; readonly ports: Ports },
) {
  const outputs = [];
  for (const output of options.texts("output")) outputs.push(await writeImage(built, { output, organisation }, ports));
  return outputs;
}

function buildText(report: BuildReport): string {
  const lines = [
    `${report.reference}@${report.digest}`,
    ...report.platforms.map(
      (item) => `  ${item.platform.padEnd(12)} ${item.digest}  ${(item.size / 1e6).toFixed(1)} MB`,
    ),
    `  tags: ${report.tags.join(", ")}`,
    ...(report.fips === null ? [] : [`  ${report.fips}`]),
    ...report.outputs.map(
      ({ reference, tags, note }) =>
        `  written to ${reference}${tags.length === 0 ? "" : ` as ${tags.join(", ")}`}${note === null ? "" : ` (${note})`}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function expectationText(expectation: Expectation): string {
  if (expectation.verdict === "met") return `  as expected: ${expectation.digest}\n`;
  const { expected, found, difference, compared } = expectation;
  const where =
    difference !== null
      ? `${difference.platform}: ${describeDifference(difference)}`
      : compared
        ? "every platform that both have is the same: the indices name others, or have other annotations"
        : "where they differ cannot be said: the expected image is not at hand; give a reference to it instead of its digest";
  return `  NOT as expected: ${found}, not ${expected}\n  ${where}\n`;
}
