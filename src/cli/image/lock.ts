import type { Command } from "../command.ts";
import { platformOption, supplyOptions } from "../shared-options.ts";

/** `hardpan lock`: the exact inputs of an image. */
export const lockCommand: Command = {
  name: "lock",
  summary: "write down the exact inputs an image would be built from now",
  arguments: [["<NAME:TAG>", "an image of the catalogue, such as node:24-debian13"]],
  options: [
    { form: "-o, --output <FILE>", explanation: "where to write (default: beside the definition)" },
    { ...platformOption, explanation: "lock only this platform; repeat for several", many: true },
    ...supplyOptions,
  ],
  examples: [
    ["hardpan lock node:24-debian13 --output node.lock.json", "writes versions, SHA-256 and origin of every input"],
  ],
  async run({ arguments: [name = ""], options }, context) {
    const { createPorts } = await import("../wiring.ts");
    const { lockImage } = await import("../../flow/lock.ts");
    const { lockFileFor, writeLock } = await import("../../flow/image/lock-file.ts");
    const { countInputs } = await import("../../definition/lock/inputs.ts");
    const ports = await createPorts(options, context);
    const { lock, found } = await lockImage({ kind: "image", name, platforms: options.texts("platform") }, ports);
    const file = options.text("output") ?? lockFileFor(ports.catalog, found.match.entry.path);
    await writeLock(file, lock);
    const count = countInputs(lock);
    return { json: lock, text: () => `${file}: ${count} ${count === 1 ? "input" : "inputs"}\n` };
  },
};
