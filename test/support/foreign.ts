import { checkSandbox, type SandboxPlatform } from "../../src/pipeline/sandbox/check.ts";
import { localHost } from "../../src/pipeline/sandbox/host.ts";
import { fetchBusyboxFor } from "./busybox.ts";

const machine = localHost().machine === "amd64" ? "arm64" : "amd64";

/** The platform that is not this machine's. */
export const foreignPlatform: SandboxPlatform = `linux/${machine}`;

/** A static busybox for it; null where its programs cannot be executed, or without Debian's archive. */
export async function findForeignBusybox(): Promise<Uint8Array | null> {
  const check = await checkSandbox(foreignPlatform, localHost());
  return check.kind === "available" ? fetchBusyboxFor(machine) : null;
}

/** What a title says of a test that needs it. */
export const foreignNeeds = `skipped without bwrap, an emulator or a busybox for ${machine}`;
