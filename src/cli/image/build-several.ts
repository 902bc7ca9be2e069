import { createLimiter, type Limiter } from "../../content/limiter.ts";
import { buildMany, candidatesFor, type ManyOutcome } from "../../flow/image/build-many.ts";
import { type BuildManyReport, describeBuilds } from "../../flow/image/build-many-report.ts";
import { writeImage } from "../../flow/image/output.ts";
import { inMegabytes } from "../../vuln/report/words.ts";
import type { Outcome } from "../command.ts";
import { CliError } from "../error.ts";
import { createPorts } from "../wiring.ts";
import type { BuildInvocation } from "./build-one.ts";
import { jobsOf } from "./jobs.ts";
import { placeBelow, requireManyPlaces } from "./many-places.ts";

/** Builds several images, all of them where `names` is empty; goes on past those that fail and ends with 1 then. */
export async function buildSeveral(
  names: readonly string[],
  { locked, options, context }: BuildInvocation,
): Promise<Outcome> {
  for (const [option, flag] of oneOnly) {
    if (options.text(option) !== null || options.flag(option)) {
      throw new CliError("CLI_USAGE", `${flag} is for one image, NAME:TAG`, { hint: "name the image with its tag" });
    }
  }
  const outputs = options.texts("output");
  for (const output of outputs) requireManyPlaces(output);
  const ports = await createPorts(options, context);
  const organisation = options.text("org") ?? "hardpan";
  const jobs = jobsOf(options.text("jobs"));
  // Images of one name go to one place, which a layout that is not there yet can only come to be once.
  const places = new Map<string, Limiter>();
  const oneAtATime = (place: string) => {
    const limiter = places.get(place) ?? createLimiter(1);
    places.set(place, limiter);
    return limiter;
  };
  const outcomes = await buildMany(
    await candidatesFor(names, ports),
    { kind: "image", platforms: options.texts("platform"), locked },
    {
      ports,
      options: {
        jobs,
        write: async (built) => {
          const written = [];
          for (const output of outputs) {
            const place = placeBelow(output, built);
            const write = async () => await writeImage(built, { output: place, organisation }, ports);
            written.push(await oneAtATime(place)(write));
          }
          return written;
        },
        done: (outcome, { done, total }) => context.note(`[${done}/${total}] ${outcomeLine(outcome)}`),
      },
    },
  );
  const report = describeBuilds(outcomes, { organisation });
  return { json: report, text: () => manyText(report), exitCode: report.totals.failed > 0 ? 1 : 0 };
}

const oneOnly = [
  ["expect", "--expect"],
  ["lockFile", "--lock-file"],
  ["writeLock", "--write-lock"],
  ["update", "--update"],
  ["requireValidatedFips", "--require-validated-fips"],
] as const;

function outcomeLine(outcome: ManyOutcome): string {
  if (outcome.status !== "failed") return `${outcome.name}: ${outcome.status}`;
  return `${outcome.name}: failed: ${outcome.message.split("\n")[0]}`;
}

function manyText(report: BuildManyReport): string {
  const { totals, layers, images } = report;
  const failures = images.flatMap((image) => {
    if (image.status !== "failed") return [];
    const lines = [`${image.name}: ${image.message}`, ...(image.hint === null ? [] : [`hint: ${image.hint}`])];
    return [...lines, ...(image.code === null ? [] : [`(${image.code})`])];
  });
  const built = images.flatMap((image) =>
    image.status === "failed" ? [] : [`${image.status.padEnd(9)} ${image.reference}@${image.digest}`],
  );
  const sum = `${totals.images} images: ${totals.built} built, ${totals.unchanged} unchanged, ${totals.failed} failed`;
  const share =
    layers.sum === 0 ? "" : `, ${Math.round((layers.stored / layers.sum) * 100)} % of ${inMegabytes(layers.sum)}`;
  const stored = `${layers.count} layers, ${inMegabytes(layers.stored)} stored once${share} image by image`;
  return `${[...built, ...failures, sum, stored].join("\n")}\n`;
}
