import type { RecommendationKind } from "../../vuln/recommend/model.ts";
import type { Command } from "../command.ts";
import { CliError } from "../error.ts";
import { reportOut } from "../sbom/output.ts";
import { platformOption, referenceHelp, supplyOptions } from "../shared-options.ts";
import { keepHeapSmall } from "../small-heap.ts";
import { matchingOf, matchOptions, vexOptions } from "./options.ts";

const only: readonly (readonly [flag: string, name: string, kind: RecommendationKind])[] = [
  ["--only-hardened", "onlyHardened", "hardened"],
  ["--only-refresh", "onlyRefresh", "refresh"],
  ["--only-update", "onlyUpdate", "update"],
  ["--only-packages", "onlyPackages", "packages"],
];

/** `hardpan recommendations`: what would remove how much. */
export const recommendationsCommand: Command = {
  name: "recommendations",
  summary: "say which image, tag or update would remove how many vulnerabilities",
  description: `Say which image, tag or update would remove how many vulnerabilities.\n\n${referenceHelp}`,
  arguments: [["<REF>", "the image to look at"]],
  options: [
    { form: "--only-hardened", explanation: "only images of the catalogue" },
    { form: "--only-refresh", explanation: "only the same tag of the base, as it is now" },
    { form: "--only-update", explanation: "only other tags of the base" },
    { form: "--only-packages", explanation: "only newer versions of packages" },
    { form: "--tag <TAG>", explanation: "the tag of the base to consider, in place of newer ones that are found" },
    { form: "--base <REF>", explanation: "the image it is made from" },
    { form: "--format <FORMAT>", explanation: "text or json", choices: ["text", "json"], default: "text" },
    { form: "-o, --output <FILE>", explanation: "write to a file" },
    ...matchOptions,
    ...vexOptions,
    platformOption,
    ...supplyOptions,
  ],
  examples: [
    ["hardpan recommendations baseline://node:24-bookworm-slim", "shows what the hardened image would remove"],
    ["hardpan recommendations baseline://node:24-bookworm-slim --only-hardened --json", "gives the same as data"],
  ],
  async run({ arguments: [reference = ""], options }, context) {
    keepHeapSmall();
    const kinds = only.filter(([, name]) => options.flag(name)).map(([, , kind]) => kind);
    const tag = options.text("tag");
    if (tag !== null && kinds.length > 0 && !kinds.includes("update")) {
      throw new CliError("CLI_USAGE", "--tag is for updates, which are left out", {
        hint: "leave out --tag or --only-…",
      });
    }
    const { isTag } = await import("../../oci/reference.ts");
    if (tag !== null && !isTag(tag)) {
      throw new CliError("CLI_USAGE", `--tag ${tag} is no tag`, { hint: "name a tag of the base, such as 24-slim" });
    }
    const { createPorts } = await import("../wiring.ts");
    const { recommend } = await import("../../flow/vuln/recommend/recommend.ts");
    const { renderRecommendations } = await import("../../vuln/recommend/text.ts");
    const ports = await createPorts(options, context);
    const request = {
      ...{ reference, tag, only: kinds, platform: options.text("platform"), base: options.text("base") },
      ...matchingOf(options),
    };
    const report = await recommend(request, ports);
    return await reportOut({ json: report, text: () => renderRecommendations(report) }, options);
  },
};
