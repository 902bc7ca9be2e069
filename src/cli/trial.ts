import type { Command } from "./command.ts";
import { platformOption, supplyOptions } from "./shared-options.ts";

/** `hardpan trial`: what moving a service to a hardened base would bring. */
export const trialCommand: Command = {
  name: "trial",
  summary: "see what a hardened base would bring to a service",
  description:
    "Find the base image in a service's Dockerfile, build its hardened counterpart and the conventional one,\ncompare them, and write a report.",
  arguments: [["<DIR>", "the service's folder, with its Dockerfile"]],
  options: [
    { form: "-f, --file <DOCKERFILE>", explanation: "the Dockerfile (default: Dockerfile in DIR)" },
    { form: "-o, --output <DIR>", explanation: "where reports go (default: hardpan-trial)" },
    { form: "--baseline <REF>", explanation: "the real conventional image, where it can be reached" },
    { form: "--org <NAME>", explanation: "namespace of the hardened image's name", default: "hardpan" },
    { form: "--unpatched", explanation: "also show the last point release without updates, in a row of its own" },
    platformOption,
    ...supplyOptions,
  ],
  examples: [["hardpan trial examples/node-service", "writes hardpan-trial/node-service/report.html and more"]],
  async run({ arguments: [directory = "."], options }, context) {
    const { createPorts } = await import("./wiring.ts");
    const { runTrial } = await import("../flow/trial.ts");
    const { trialJson } = await import("../compare/trial/report-json.ts");
    const { renderTrialText } = await import("../compare/trial/trial-text.ts");
    const ports = await createPorts(options, context);
    const report = await runTrial(
      {
        directory,
        dockerfile: options.text("file"),
        output: options.text("output") ?? "hardpan-trial",
        baseline: options.text("baseline"),
        organisation: options.text("org") ?? "hardpan",
        unpatched: options.flag("unpatched"),
        platform: options.text("platform"),
      },
      ports,
    );
    return {
      json: trialJson(report),
      text: ({ columns, color }) => renderTrialText(report, { width: columns, colour: color }),
    };
  },
};
