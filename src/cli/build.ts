import type { ImageRequest } from "../flow/image/request.ts";
import type { Ports } from "../flow/ports.ts";
import type { Command, Options } from "./command.ts";
import { platformOption, supplyOptions } from "./shared-options.ts";

/** `hardpan build`: a hardened image from the catalogue. */
export const buildCommand: Command = {
  name: "build",
  summary: "build a hardened image from the catalogue",
  description:
    "Build a hardened image from the catalogue. Layouts and registries get all platforms, and all tags of the image\nunless the output names one; archives and Docker get one platform.",
  arguments: [["<NAME:TAG>", "an image of the catalogue, such as node:24-debian13"]],
  options: [
    {
      form: "-o, --output <REF>",
      explanation: "oci-dir://DIR[:TAG], archive://FILE, local://NAME:TAG or registry://REF; repeat for several",
      many: true,
    },
    { form: "--org <NAME>", explanation: "namespace of the image's name", default: "hardpan" },
    { ...platformOption, explanation: "build only this platform; repeat for several", many: true },
    { form: "--locked", explanation: "use exactly the inputs of the lock beside the definition" },
    { form: "--lock-file <FILE>", explanation: "use exactly the inputs of the lock in FILE" },
    { form: "--update", explanation: "look up the newest inputs, and write them into the lock beside the definition" },
    { form: "--write-lock <FILE>", explanation: "write the lock of what was built" },
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
  ],
  async run({ arguments: [name = ""], options }, context) {
    const { createPorts } = await import("./wiring.ts");
    const { buildFromCatalog } = await import("../flow/build.ts");
    const { writeImage } = await import("../flow/image/output.ts");
    const ports = await createPorts(options, context);
    const locked = await lockOf(options);
    const request = { kind: "image", name, platforms: options.texts("platform") } as const;
    if (options.flag("update")) await renewLock(request, ports);
    const built = await buildFromCatalog({ ...request, locked }, ports);
    const organisation = options.text("org") ?? "hardpan";
    const outputs = [];
    for (const output of options.texts("output"))
      outputs.push(await writeImage(built, { output, organisation }, ports));
    const lockFile = options.text("writeLock");
    if (lockFile !== null) await (await import("../flow/image/lock-file.ts")).writeLock(lockFile, built.lock);
    const { describeBuild } = await import("../flow/image/build-report.ts");
    const report = describeBuild(built, { organisation, outputs });
    return { json: report, text: () => buildText(report) };
  },
};

/** Which lock to build from: `beside` the definition, a file, or none. */
async function lockOf(options: Options): Promise<string | null> {
  const file = options.text("lockFile");
  if (options.flag("update") && (file !== null || options.flag("locked"))) {
    const { CliError } = await import("./error.ts");
    throw new CliError("CLI_USAGE", "--update makes a new lock, --locked and --lock-file use one that is there", {
      hint: "give one of them",
    });
  }
  return file ?? (options.flag("locked") || options.flag("update") ? "beside" : null);
}

/** Does what `hardpan lock` does. */
async function renewLock(request: ImageRequest, ports: Ports): Promise<void> {
  const { lockImage } = await import("../flow/lock.ts");
  const { lockFileFor, writeLock } = await import("../flow/image/lock-file.ts");
  const { lock, found } = await lockImage(request, ports);
  await writeLock(lockFileFor(ports.catalog, found.match.entry.path), lock);
}

interface BuildText {
  readonly reference: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly platforms: readonly { readonly platform: string; readonly digest: string; readonly size: number }[];
  readonly outputs: readonly {
    readonly reference: string;
    readonly tags: readonly string[];
    readonly note: string | null;
  }[];
}

function buildText(report: BuildText): string {
  const lines = [
    `${report.reference}@${report.digest}`,
    ...report.platforms.map(
      (item) => `  ${item.platform.padEnd(12)} ${item.digest}  ${(item.size / 1e6).toFixed(1)} MB`,
    ),
    `  tags: ${report.tags.join(", ")}`,
    ...report.outputs.map(
      ({ reference, tags, note }) =>
        `  written to ${reference} as ${tags.join(", ")}${note === null ? "" : ` (${note})`}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}
