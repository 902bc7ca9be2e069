import type { Command, Options } from "../command.ts";
import { CliError } from "../error.ts";
import { platformOption, referenceHelp, supplyOptions } from "../shared-options.ts";

/** `hardpan check`: whether images do what their run verification says. */
export const checkCommand: Command = {
  name: "check",
  summary: "run images and see whether they do what they must: start, answer, keep data, stop",
  description: `Run images in the local Docker or Podman as a check.yaml says, and see whether they do what it expects: programs run,
services start, answer, keep their data over a restart, and end when they are stopped. What is started is removed again.
Exits with 2 when a check fails, with 1 when an image could not be tried.\n\n${referenceHelp}`,
  arguments: [["[IMAGE...]", "the images"]],
  options: [
    { form: "--spec <FILE>", explanation: "what must hold (default: the check.yaml of the catalogue's image)" },
    {
      form: "--engine <ENGINE>",
      explanation: "docker or podman (default: the one that answers)",
      choices: ["docker", "podman"],
    },
    { form: "--read-only", explanation: "with a read-only root, and the folders in memory that the check.yaml names" },
    {
      form: "--cap-drop <CAPABILITY>",
      explanation: "without a capability; ALL is without any and without new privileges",
      many: true,
    },
    { form: "--all", explanation: "check every image of the catalogue" },
    { ...platformOption, explanation: "platform of the images (default: this machine's)" },
    { form: "-j, --jobs <N>", explanation: "images checked at the same time (default: 2)" },
    ...supplyOptions,
  ],
  examples: [
    ["hardpan check catalog://nginx:1.26-debian13", "builds the image and tries it as its check.yaml says"],
    [
      "hardpan check catalog://node:24-debian13 --read-only --cap-drop ALL --json",
      "tries it with a read-only root and without capabilities; prints JSON",
    ],
  ],
  async run({ arguments: references, options }, context) {
    requireReferences(references, options);
    const { createPorts } = await import("../wiring.ts");
    const { checkImages } = await import("../../flow/check/check.ts");
    const { checkText, imageLines } = await import("./text.ts");
    const ports = await createPorts(options, context);
    const report = await checkImages(
      {
        references,
        spec: options.text("spec"),
        engine: engineOf(options),
        platform: options.text("platform"),
        options: { readOnly: options.flag("readOnly"), capDrop: capabilitiesOf(options) },
        jobs: jobsOf(options.text("jobs")),
        done: (image) => {
          if (references.length !== 1) context.note(imageLines(image)[0] ?? "");
        },
      },
      ports,
    );
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
    throw new CliError("CLI_USAGE", "nothing to check", {
      hint: "name an image, such as catalog://nginx:1.26-debian13, or say --all",
    });
  }
  if (references.length > 0 && options.flag("all")) {
    throw new CliError("CLI_USAGE", "--all checks every image, and some are named", {
      hint: "leave out the names or --all",
    });
  }
}

function engineOf(options: Options): "docker" | "podman" | null {
  const engine = options.text("engine");
  return engine === "docker" || engine === "podman" ? engine : null;
}

function capabilitiesOf(options: Options): readonly string[] {
  return options.texts("capDrop").map((text) => {
    const name = text.toUpperCase().replace(/^CAP_/, "");
    if (/^[A-Z][A-Z_]{1,40}$/.test(name)) return name;
    throw new CliError("CLI_USAGE", `--cap-drop ${text} is no capability`, {
      hint: "write ALL, or a name such as NET_RAW",
    });
  });
}

function jobsOf(text: string | null): number {
  if (text === null) return 2;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new CliError("CLI_USAGE", `--jobs ${text} is not a number from 1 to 99`, {
    hint: "give how many images to check at the same time",
  });
}
