import { categories } from "../../catalog/categories.ts";
import type { Command, Options } from "../command.ts";
import { platformOption, supplyOptions } from "../shared-options.ts";

const variants = ["runtime", "dev"] as const;
const supporters = ["upstream", "debian-security", "debian-lts", "none", "unknown"] as const;

/** `hardpan catalog list`: the images of a catalogue, with what is known of them. */
export const catalogListCommand: Command = {
  name: "catalog list",
  summary: "list the hardened images there are, with their support, end of life and vulnerabilities",
  description:
    "List the images of the catalogue. TEXT is looked for in names, descriptions, categories and tags; all words must be found. Size, packages and vulnerabilities are known of what was built here: packages and vulnerabilities once the image was scanned, as `hardpan cves` does. Who supports a version, and until when, is what its definition and Debian's lists say.",
  arguments: [["[TEXT...]", "words to look for"]],
  options: [
    { form: "--category <NAME>", explanation: "only images of this category, such as web-servers" },
    { form: "--distro <NAME>", explanation: "only images on it: debian-13, or debian for all its releases" },
    { form: "--variant <NAME>", explanation: "only runtime or dev images", choices: variants },
    { form: "--flavor <NAME>", explanation: "only images of this flavor, such as compat; '' for none" },
    { form: "--fips", explanation: "only images in FIPS mode" },
    { ...platformOption, explanation: "only images for this platform, and the sizes of that" },
    { form: "--support <WHO>", explanation: "only images that these support", choices: supporters },
    { form: "--built", explanation: "only images that were built here" },
    ...supplyOptions,
    { form: "--advisories <PATH>", explanation: "an index, or a folder of feeds, in place of what hardpan db keeps" },
  ],
  examples: [
    ["hardpan catalog list", "lists all images"],
    ["hardpan catalog list --category databases-and-storage --variant runtime", "lists the databases"],
    [
      "hardpan catalog list node --distro debian-13 --fips --json",
      "prints as JSON what there is of Node.js in FIPS mode",
    ],
  ],
  async run({ arguments: words, options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { listCatalog } = await import("../../flow/catalog/list/list.ts");
    const { catalogListText } = await import("./list-text.ts");
    const platform = await platformOf(options);
    await requireCategory(options);
    const filter = {
      names: [],
      words,
      category: options.text("category"),
      distro: options.text("distro"),
      variant: options.text("variant"),
      flavor: options.text("flavor"),
      fips: options.flag("fips"),
      platform,
      support: supporters.find((who) => who === options.text("support")) ?? null,
      built: options.flag("built"),
    };
    const listing = await listCatalog(filter, await createPorts(options, context));
    return { json: listing, text: (terminal) => catalogListText(listing, terminal) };
  },
};

/** The platform that is asked for, by its usual name; null for none. Throws OCI_PLATFORM_INVALID. */
export async function platformOf(options: Options): Promise<string | null> {
  const text = options.text("platform");
  if (text === null) return null;
  const { formatPlatform, parsePlatform } = await import("../../oci/platform.ts");
  return formatPlatform(parsePlatform(text));
}

async function requireCategory(options: Options): Promise<void> {
  const category = options.text("category");
  if (category === null || categories.some((name) => name === category)) return;
  const { CliError } = await import("../error.ts");
  throw new CliError("CLI_USAGE", `--category ${category}: there is no such category`, {
    hint: `the categories are ${categories.join(", ")}`,
  });
}
