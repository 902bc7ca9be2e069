import type { CheckedImage } from "../../flow/check/report.ts";
import type { Command, Options } from "../command.ts";
import { CliError } from "../error.ts";
import { jobsOf } from "../image/jobs.ts";
import { platformOption, referenceHelp, supplyOptions } from "../shared-options.ts";

/** `hardpan check`: whether images do what their check.yaml says. */
export const checkCommand: Command = {
  name: "check",
  summary: "run images and see whether they do what they must: start, answer, keep data, stop",
  description: `Run images in the local Docker or Podman as a check.yaml says, and see whether they do what it expects: programs run, services start, answer, keep their data over a restart, and end when they are stopped. What is started is removed again.\n
Exits with 2 when a check fails, with 1 when an image could not be tried. An image none of whose checks is for it is skipped, and does not count as passed.\n\n${referenceHelp}`,
  arguments: [["[IMAGE...]", "the images"]],
  options: [
    { form: "--spec <FILE>", explanation: "the check.yaml (default: that of the catalogue's image)" },
    {
      form: "--engine <ENGINE>",
      explanation: "docker or podman (default: the one that answers)",
      choices: ["docker", "podman"],
    },
    { form: "--read-only", explanation: "with a read-only root, and what the check.yaml names as tmpfs in memory" },
    {
      form: "--cap-drop <CAPABILITY>",
      explanation: "without a capability; ALL is without any, and without new privileges; repeat for several",
      many: true,
    },
    { form: "--all", explanation: "check every image of the catalogue" },
    platformOption,
    { form: "-j, --jobs <N>", explanation: "images checked at the same time (default: 2)" },
    ...supplyOptions,
  ],
  examples: [
    ["hardpan check catalog://busybox:1-debian13", "builds the image and tries it as its check.yaml says"],
    [
      "hardpan check catalog://nginx:1.26-debian13 --read-only --cap-drop ALL --json",
      "tries it on a read-only root, without capabilities; prints JSON",
    ],
  ],
  async run({ arguments: references, options }, context) {
    requireReferences(references, options);
    const request = {
      references,
      spec: options.text("spec"),
      engine: engineOf(options),
      platform: options.text("platform"),
      options: { readOnly: options.flag("readOnly"), capDrop: capabilitiesOf(options) },
      jobs: jobsOf(options.text("jobs") ?? "2"),
    };
    const { createPorts } = await import("../wiring.ts");
    const { checkImages } = await import("../../flow/check/check.ts");
    const { checkText, imageLine } = await import("./text.ts");
    const ports = await createPorts(options, context);
    const isOne = references.length === 1;
    const done = (image: CheckedImage) => (isOne ? undefined : context.note(imageLine(image)));
    const report = await checkImages({ ...request, done }, ports);
    const isHindered = report.images.some(({ code }) => code !== null);
    return {
      json: report,
      text: () => checkText(report),
      exitCode: isHindered ? 1 : report.summary.failed > 0 ? 2 : 0,
    };
  },
};

function requireReferences(references: readonly string[], options: Options): void {
  if (references.length === 0 && !options.flag("all")) {
    throw usage("nothing to check", "name an image, such as catalog://nginx:1.26-debian13, or say --all");
  }
  if (references.length > 0 && options.flag("all")) {
    throw usage("--all checks every image, and some are named", "leave out the names or --all");
  }
}

function engineOf(options: Options): "docker" | "podman" | null {
  const engine = options.text("engine");
  return engine === "docker" || engine === "podman" ? engine : null;
}

function capabilitiesOf(options: Options): readonly string[] {
  const names = options.texts("capDrop").map((text) => {
    const name = text.toUpperCase().replace(/^CAP_/, "");
    if (/^[A-Z][A-Z_]{1,40}$/.test(name)) return name;
    throw usage(`--cap-drop ${text} is no capability`, "write ALL, or a name such as NET_RAW");
  });
  return [...new Set(names)];
}

function usage(message: string, hint: string): CliError {
  return new CliError("CLI_USAGE", message, { hint });
}
