import { homedir } from "node:os";
import type { Invocation } from "../../src/cli/command.ts";
import { silent } from "../../src/cli/progress.ts";
import { createPorts } from "../../src/cli/wiring.ts";
import { copy } from "../../src/content/copy.ts";
import { writeLayout } from "../../src/content/layout.ts";
import { openReference } from "../../src/flow/reference.ts";
import { sharedCache } from "../support/cli.ts";

const noOptions: Invocation["options"] = { text: () => null, texts: () => [], flag: () => false };

/** Writes the image that `reference` stands for, such as a conventional one, as an OCI layout; it is built when needed. */
export async function writeLayoutOf(reference: string, directory: string): Promise<void> {
  const ports = await createPorts(noOptions, {
    environment: { ...process.env, XDG_CACHE_HOME: sharedCache },
    workingDirectory: homedir(),
    now: () => new Date(),
    signal: new AbortController().signal,
    progress: silent,
    note: () => {},
  });
  await using opened = await openReference(reference, { platform: null }, ports);
  const { source, descriptor } = opened;
  await writeLayout(directory, async (layout) => {
    await copy(source, layout, { reference: descriptor, targetReferences: ["conventional"] });
  });
}
