import type { Command, Options } from "../command.ts";
import { platformOption, supplyOptions } from "../shared-options.ts";

/** `hardpan build`: hardened images from the catalogue. */
export const buildCommand: Command = {
  name: "build",
  summary: "build hardened images from the catalogue",
  description:
    "Build hardened images from the catalogue. Layouts and registries get all platforms, and all tags of the image unless the output names one; archives and Docker get one platform. For several images an output is the place they are put below: oci-dir://DIR, registry://HOST/NAMESPACE or local://NAMESPACE.",
  arguments: [["[NAME...]", "images of the catalogue: NAME:TAG, or NAME for every definition of it"]],
  options: [
    {
      form: "-o, --output <REF>",
      explanation: "oci-dir://DIR[:TAG], archive://FILE, local://NAME:TAG or registry://REF; repeat for several",
      many: true,
    },
    { form: "--org <NAME>", explanation: "namespace of the image's name", default: "hardpan" },
    { ...platformOption, explanation: "build only this platform; repeat for several", many: true },
    { form: "--all", explanation: "build every image of the catalogue" },
    { form: "-j, --jobs <N>", explanation: "images built at the same time (default: as many as there are processors)" },
    { form: "--locked", explanation: "use exactly the inputs of the lock beside the definition" },
    { form: "--lock-file <FILE>", explanation: "use exactly the inputs of the lock in FILE" },
    { form: "--update", explanation: "look up the newest inputs, and write them into the lock beside the definition" },
    { form: "--write-lock <FILE>", explanation: "write the lock of what was built" },
    {
      form: "--expect <DIGEST|REF>",
      explanation: "end with 2 unless this is built; says where the image first differs",
    },
    { form: "--require-validated-fips", explanation: "refuse an image whose FIPS module has no certificate" },
    { form: "--allow-network", explanation: "give the network to build steps that ask for it (`privileged: true`)" },
    {
      form: "--secret <SPEC>",
      explanation: "id=ID,src=FILE or id=ID,env=VARIABLE, for steps and files that name it",
      many: true,
    },
    ...supplyOptions,
  ],
  examples: [
    [
      "hardpan build node:24-debian13 --output oci-dir://node",
      "writes an OCI layout with both platforms, under all tags of the image",
    ],
    ["hardpan build node:24-debian13 --output local://acme/dhi-node:24", "loads the host's platform into Docker"],
    ["hardpan build node:24-debian13 --platform linux/arm64 --json", "builds one platform and prints its digest"],
    ["hardpan build node:24-debian13 --update --catalog catalog", "renews the lock, then builds from it"],
    [
      "hardpan build static:trixie static:trixie-glibc --platform linux/amd64",
      "builds several; a NAME alone is every definition of it",
    ],
  ],
  async run({ arguments: names, options }, context) {
    const [only] = names;
    if (only === undefined && !options.flag("all")) {
      throw await usage("nothing to build", "name an image, such as node:24-debian13, or say --all");
    }
    if (only !== undefined && options.flag("all")) {
      throw await usage("--all builds every image, and some are named", "leave out the names or --all");
    }
    const locked = await lockOf(options);
    if (names.length === 1 && only?.includes(":") === true) {
      const { buildOne } = await import("./build-one.ts");
      return await buildOne(only, { locked, options, context });
    }
    const { buildSeveral } = await import("./build-several.ts");
    return await buildSeveral(names, { locked, options, context });
  },
};

/** Which lock to build from: `beside` the definition, a file, or none. */
async function lockOf(options: Options): Promise<string | null> {
  const file = options.text("lockFile");
  if (options.flag("update") && (file !== null || options.flag("locked"))) {
    throw await usage("--update makes a new lock, --locked and --lock-file use one that is there", "give one of them");
  }
  return file ?? (options.flag("locked") || options.flag("update") ? "beside" : null);
}

async function usage(message: string, hint: string): Promise<Error> {
  const { CliError } = await import("../error.ts");
  return new CliError("CLI_USAGE", message, { hint });
}
