import type { Command } from "../command.ts";
import { platformOption, referenceHelp, supplyOptions } from "../shared-options.ts";

/** `hardpan facts`: what an image really has, from its files. */
export const factsCommand: Command = {
  name: "facts",
  summary: "say what an image really has: user, shells, what it can write, what cannot run",
  description: `Say what an image really has, from its files and its configuration: user, shells, package managers, what the
user can write, setuid files, FIPS, and which programs, scripts and libraries lack what they need.\n\n${referenceHelp}`,
  arguments: [["<REF>", "the image"]],
  options: [platformOption, ...supplyOptions],
  examples: [
    ["hardpan facts catalog://node:24-debian13", "shows user, shells, writable paths and what cannot run"],
    ["hardpan facts baseline://node:24-bookworm-slim --json", "prints the same of the conventional image as JSON"],
  ],
  async run({ arguments: [reference = ""], options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { factsOfReference } = await import("../../flow/facts.ts");
    const { renderFacts } = await import("../../flow/facts/text.ts");
    const ports = await createPorts(options, context);
    const facts = await factsOfReference(reference, { platform: options.text("platform") }, ports);
    return { json: facts.report, text: () => renderFacts(facts) };
  },
};
