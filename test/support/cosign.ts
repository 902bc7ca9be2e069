import { existsSync } from "node:fs";
import { join } from "node:path";
import { execute, root } from "./cli.ts";
import { has } from "./program.ts";

const unpacked = join(root, ".cache", "tools", "usr", "bin", "cosign");

/** The program cosign: of this machine, or what scripts/test-setup.sh has unpacked; null without. */
export const cosignProgram: string | null = has("cosign") ? "cosign" : existsSync(unpacked) ? unpacked : null;

/** The password of keys that tests make with cosign. */
export const cosignPassword = "a pass phrase of cosign's";

/** Runs cosign in `folder`, where its own files go too. Throws with what it said when it fails. */
export async function cosign(folder: string, ...args: readonly string[]): Promise<string> {
  if (cosignProgram === null) throw new Error("cosign is not here");
  const environment = { HOME: folder, TUF_ROOT: join(folder, "tuf"), COSIGN_PASSWORD: cosignPassword, COSIGN_YES: "1" };
  return await execute(cosignProgram, args, { cwd: folder, environment });
}
