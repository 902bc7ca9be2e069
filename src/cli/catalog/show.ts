import type { Command } from "../command.ts";
import { platformOption, supplyOptions } from "../shared-options.ts";
import { platformOf } from "./list.ts";

/** `hardpan catalog show`: all that is known of one image of a catalogue, or of one of its variants. */
export const catalogShowCommand: Command = {
  name: "catalog show",
  summary: "show what is known of one image: tags, user, support, size, vulnerabilities",
  description:
    "Show a page on an image of the catalogue, with all its variants; with a tag, one variant in detail. The tag may be any that the image has: `24`, `24-debian13`, a more exact version, or that of one build.",
  arguments: [["<NAME[:TAG]>", "an image of the catalogue, or one variant of it"]],
  options: [
    { ...platformOption, explanation: "show the sizes of this platform's images (default: this machine's)" },
    ...supplyOptions,
    { form: "--advisories <PATH>", explanation: "an index, or a folder of feeds, in place of what hardpan db keeps" },
  ],
  examples: [
    ["hardpan catalog show node", "shows Node.js with all its variants"],
    ["hardpan catalog show nginx:1.26-debian13", "shows one variant in detail"],
    ["hardpan catalog show python:3.13 --json", "prints the same as JSON"],
  ],
  async run({ arguments: [reference = ""], options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { showImage } = await import("../../flow/catalog/list/show.ts");
    const { catalogShowText } = await import("./show-text.ts");
    const platform = await platformOf(options);
    const shown = await showImage({ reference, platform }, await createPorts(options, context));
    return {
      json: shown.listing,
      text: (terminal) => catalogShowText(shown, { ...terminal, isVariant: reference.includes(":") }),
    };
  },
};
