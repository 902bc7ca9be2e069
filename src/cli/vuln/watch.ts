import type { WatchEnd } from "../../flow/vuln/watch/watch.ts";
import type { WatchWorld } from "../../flow/vuln/watch/wire.ts";
import type { WatchEvent } from "../../vuln/watch/event.ts";
import { watchEventText } from "../../vuln/watch/text.ts";
import type { Command, Options, Outcome } from "../command.ts";
import type { Context } from "../context.ts";
import { platformOption, referenceHelp, supplyOptions } from "../shared-options.ts";
import { keepHeapSmall } from "../small-heap.ts";
import { filterOf, filterOptions, matchingOf, matchOptions, vexOptions } from "./options.ts";

/** `hardpan watch`: what becomes of images while advisories and tags change. */
export const watchCommand: Command = {
  name: "watch",
  summary: "scan images again when they or the advisories change, and tell what is new",
  description: `Scan images again when they or the advisories change, and tell what is new.

What a scan has found is remembered in the cache: a watch that is started anew goes on where the last one was.
The first scan of a reference tells all that it finds as new.\n\n${referenceHelp}
  sbom://FILE            a bill of materials`,
  arguments: [["[REF...]", "what to watch"]],
  options: [
    { form: "--file <FILE>", explanation: "a file of references, one on a line" },
    {
      form: "--repository <NAME>",
      explanation: "watch the tags of a repository, such as ghcr.io/acme/app",
      many: true,
    },
    { form: "--tag <REGEX>", explanation: "only tags of the repositories that match" },
    {
      form: "--all-images",
      explanation: "scan what is in the repositories already, not only what is pushed from now on",
    },
    { form: "--interval <SECONDS>", explanation: "time between two rounds", default: "60" },
    { form: "--workers <COUNT>", explanation: "how many references to look at a time", default: "3" },
    { form: "--once", explanation: "end after one round" },
    { form: "--update", explanation: "fetch newer advisories before each round, as db update does" },
    { form: "--dry-run", explanation: "say what would be scanned, and end" },
    { form: "--exit-on <CONDITION>", explanation: "vulnerability: end with 2 when there is a new one", many: true },
    {
      form: "--format <FORMAT>",
      explanation: "text, or json: one document on a line",
      choices: ["text", "json"],
      default: "text",
    },
    { form: "-o, --output <DIR>", explanation: "keep the whole report of each image's last scan there, as JSON" },
    { form: "--webhook <URL>", explanation: "post each change as JSON" },
    { form: "--webhook-secret <FILE>", explanation: "sign posts with the secret in this file" },
    ...filterOptions,
    ...matchOptions,
    ...vexOptions,
    platformOption,
    ...supplyOptions,
  ],
  examples: [
    ["hardpan watch catalog://node:24-debian13 --once", "tells what is new since the last time"],
    ["hardpan watch catalog://node:24-debian13 --dry-run", "says whether there is a reason to scan"],
    [
      "hardpan watch catalog://node:24-debian13 --once --only-severity critical,high --format json",
      "tells as JSON what of it is grave",
    ],
  ],
  async run({ arguments: references, options }, context) {
    keepHeapSmall();
    const { watchRequest, webhookOf } = await import("./watch-request.ts");
    const request = await watchRequest(references, options);
    const { createPorts } = await import("../wiring.ts");
    const { watch } = await import("../../flow/vuln/watch/watch.ts");
    const { createWatchPorts } = await import("../../flow/vuln/watch/wire.ts");
    const ports = await createPorts(options, context);
    const world: WatchWorld = {
      scan: {
        platform: options.text("platform"),
        within: null,
        base: null,
        filter: filterOf(options),
        ...matchingOf(options),
      },
      update: await updateOf(options, ports.advisories),
      vex: [...options.texts("vexLocation"), ...options.texts("vexKey")],
      webhook: await webhookOf(options),
      output: options.text("output"),
      emit: printer(options, context),
    };
    const end = await watch(request, createWatchPorts(world, ports));
    return { json: null, raw: "", text: () => "", exitCode: exitCodeOf(end, request.exitOnVulnerability) };
  },
};

/** Prints events as they come. Rounds in which nothing happened are told only to who asked for one, and in JSON. */
function printer(options: Options, { progress }: Context): (event: WatchEvent) => void {
  const isJson = options.flag("json") || options.text("format") === "json";
  const isAlone = options.flag("once");
  return (event) => {
    if (!isJson && event.event === "round" && event.scanned + event.failed === 0 && !isAlone) return;
    progress.end();
    process.stdout.write(isJson ? `${JSON.stringify(event)}\n` : watchEventText(event));
  };
}

async function updateOf(options: Options, named: string | null): Promise<WatchWorld["update"]> {
  if (!options.flag("update")) return null;
  if (named !== null) {
    const { CliError } = await import("../error.ts");
    throw new CliError("CLI_USAGE", `--update fetches advisories, and those of ${named} are used`, {
      hint: "leave --update out, or do not name advisories in HARDPAN_ADVISORIES or the configuration",
    });
  }
  const { updateFeeds } = await import("../../flow/db/update.ts");
  return async (ports) => await updateFeeds({ only: [], skip: [], strict: false }, ports);
}

/** New vulnerabilities say more than that something else could not be looked at. */
function exitCodeOf({ round, interrupted }: WatchEnd, isGate: boolean): Outcome["exitCode"] & number {
  if (interrupted || round === null) return 0;
  if (isGate && round.added > 0) return 2;
  return round.failed > 0 ? 1 : 0;
}
