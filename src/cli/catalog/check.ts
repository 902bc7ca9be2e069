import type { Command } from "../command.ts";
import { supplyOptions } from "../shared-options.ts";

const statuses = ["buildable", "missing-packages", "needs-source", "invalid"] as const;

/** `hardpan catalog check`: whether a catalogue's definitions are valid, and which of them can be built. */
export const catalogCheckCommand: Command = {
  name: "catalog check",
  summary: "check every definition of a catalogue, and see which can be built",
  description: `Check every image definition of a catalogue, also of a checkout of the public Docker Hardened Images catalogue.
Problems are shown with file, line and column. Each definition is one of:
  buildable         from Debian's archive, the substitutions and steps without network
  missing-packages  it would be, but for the packages named
  needs-source      it takes files, images, repositories, actions or network from elsewhere
  invalid           the file is not a definition, two have one tag, or nobody supports the version any more
Exits with 2 when a definition or an image's info.yaml is invalid.`,
  arguments: [],
  options: [
    { form: "--status <STATUS>", explanation: `list only ${statuses.join(", ")}`, choices: statuses },
    ...supplyOptions,
  ],
  examples: [
    ["hardpan catalog check", "checks the catalogue that comes with Hardpan"],
    ["hardpan catalog check --status buildable --json", "lists as JSON what can be built"],
  ],
  async run({ options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { checkCatalog } = await import("../../flow/catalog/check.ts");
    const { catalogCheckText } = await import("./check-text.ts");
    const check = await checkCatalog(await createPorts(options, context));
    const status = options.text("status");
    const definitions = check.definitions.filter((item) => status === null || item.status === status);
    const shown = { ...check, definitions };
    return {
      json: shown,
      text: () => catalogCheckText(shown, { isChosen: status !== null }),
      exitCode: check.totals.invalid + check.information.length > 0 ? 2 : 0,
    };
  },
};
