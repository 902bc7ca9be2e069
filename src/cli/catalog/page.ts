import type { Command } from "../command.ts";
import { platformOption, supplyOptions } from "../shared-options.ts";
import { platformOf } from "./list.ts";

/** `hardpan catalog page`: a page in Markdown on all images of a catalogue, measured beside their counterparts. */
export const catalogPageCommand: Command = {
  name: "catalog page",
  summary: "write a page on all images: what they are, and how they stand beside the usual ones",
  description: `Write a page in Markdown on the catalogue: all its images, each beside the conventional image that it takes the place of
with packages, size and fixable vulnerabilities before and after, and what is left out and why. Both sides are built when
needed. With --output docs/catalogue.md it is the page that comes with Hardpan.`,
  arguments: [["[NAME...]", "only these images"]],
  options: [
    { form: "-o, --output <FILE>", explanation: "write to a file" },
    { ...platformOption, explanation: "measure this platform's images (default: this machine's)" },
    ...supplyOptions,
    { form: "--advisories <PATH>", explanation: "an index, or a folder of feeds, in place of what hardpan db keeps" },
  ],
  examples: [["hardpan catalog page python", "measures what there is of Python, and writes a page on it"]],
  async run({ arguments: names, options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { catalogPage } = await import("../../flow/catalog/page/page.ts");
    const { catalogPageMarkdown } = await import("./page-text.ts");
    const { reportOut } = await import("../sbom/output.ts");
    const page = await catalogPage({ names, platform: await platformOf(options) }, await createPorts(options, context));
    const command = "hardpan catalog page --output docs/catalogue.md";
    return await reportOut({ json: page, text: () => catalogPageMarkdown(page, { command }) }, options);
  },
};
