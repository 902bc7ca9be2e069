import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command, Options } from "../command.ts";
import type { Context } from "../context.ts";

const distros = ["debian-13", "debian-12"] as const;

/** `hardpan catalog new`: definitions of a new image, drawn up from a package of Debian. */
export const catalogNewCommand: Command = {
  name: "catalog new",
  summary: "draw up the definitions of a new image from a Debian package",
  description: `Draw up an image from a package of Debian: definitions, info.yaml, overview.md and check.yaml, in image/NAME of the
catalogue. They pass hardpan catalog check and are meant to be looked through: version, user, entry point, ports, folders and
the rest are concluded from the package's control data, systemd unit, configuration and scripts, none of which is run, and what
is not certain has a comment that says from what. Nothing that is there is overwritten. The catalogue is that of --catalog,
which may be a new folder, else ./catalog.`,
  arguments: [["<NAME>", "the image's name"]],
  options: [
    { form: "--package <NAME>", explanation: "Debian's package (default: named as the image)" },
    { form: "--distro <NAME>", explanation: "the release of Debian", choices: distros, default: "debian-13" },
    { form: "--version <LINE>", explanation: "line of versions its tags name, such as 8 (default: major.minor)" },
    { form: "--no-dev", explanation: "without -dev variants" },
    { form: "--fips", explanation: "with -fips variants, or fail (default: where the program uses OpenSSL)" },
    { form: "--no-fips", explanation: "without -fips variants" },
    { form: "--dry-run", explanation: "only show what would be written" },
    { form: "--catalog <DIR>", explanation: "catalogue folder to write to (default: ./catalog)" },
    { form: "--offline", explanation: "use only what is in the cache" },
  ],
  examples: [
    ["hardpan catalog new ngircd --catalog catalog", "draws up an image of the IRC server ngIRCd"],
    [
      "hardpan catalog new irc --package ngircd --version 27 --dry-run --catalog catalog --json",
      "shows as JSON what the same under another name, for all versions 27, would be",
    ],
  ],
  async run({ arguments: [name = ""], options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { newImage } = await import("../../flow/catalog/new/new.ts");
    const { catalogNewText } = await import("./new-text.ts");
    const ports = await createPorts(options, context);
    const catalog = await ownCatalog(options, context, ports.catalog);
    const request = {
      name,
      package: options.text("package") ?? name,
      release: options.text("distro") === "debian-12" ? ("12" as const) : ("13" as const),
      line: options.text("version"),
      dev: !options.flag("noDev"),
      fips: options.flag("noFips") ? false : options.flag("fips") ? true : null,
      dryRun: options.flag("dryRun"),
    };
    const result = await newImage(request, { ...ports, catalog });
    return { json: result, text: (terminal) => catalogNewText(result, terminal) };
  },
};

/** The folder to write to: never the catalogue that comes with an installed Hardpan. Throws CATALOG_NOT_YOURS. */
async function ownCatalog(options: Options, { workingDirectory }: Context, configured: string): Promise<string> {
  const { CatalogError } = await import("../../catalog/error.ts");
  const { shippedCatalog } = await import("../../flow/catalog/new/shared-parts.ts");
  const here = join(workingDirectory, "catalog");
  const chosen = options.text("catalog") === null && existsSync(join(here, "image")) ? here : configured;
  const directory = resolve(workingDirectory, chosen);
  const isOurs = directory === shippedCatalog;
  const isInstalled = directory.split("/").includes("node_modules");
  if (!isOurs || (!isInstalled && chosen !== configured) || (!isInstalled && options.text("catalog") !== null))
    return chosen;
  throw new CatalogError(
    "CATALOG_NOT_YOURS",
    "there is no catalogue here, and the one that comes with Hardpan is not written to",
    {
      hint: "give a folder of your own with --catalog DIR: it may be new",
    },
  );
}
