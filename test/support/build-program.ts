import { readFileSync } from "node:fs";
import { runBuild } from "../../src/pipeline/run.ts";
import type { SandboxPlatform } from "../../src/pipeline/sandbox/check.ts";
import { localHost } from "../../src/pipeline/sandbox/host.ts";
import { usualSandboxLimits } from "../../src/pipeline/sandbox/limits.ts";
import type { Step } from "../../src/pipeline/sandbox/step.ts";
import type { Output } from "../../src/pipeline/stage/outputs.ts";
import { createStage } from "../../src/pipeline/stage/root.ts";
import { busyboxRoot, rootEntry } from "./busybox.ts";

/** What the program is asked to do; it prints what came of it as JSON. */
export interface ProgramRequest {
  /** A file with a static busybox. */
  readonly busybox: string;
  /** What the busybox is for; this machine unless told otherwise. */
  readonly platform?: SandboxPlatform;
  /** The folder to make the root in. */
  readonly parent: string;
  /** Whether to do without subordinate users. */
  readonly alone: boolean;
  readonly steps: readonly Step[];
  readonly outputs: readonly Output[];
  readonly limits: { readonly processes: number; readonly seconds: number };
}

// Run by tests as a process of its own, of another user too: node build-program.ts '{"busybox":…}'
const request = JSON.parse(process.argv[2] ?? "") as ProgramRequest;
// Control groups would stay when this process is killed.
const host = { ...localHost(), cgroups: null };
const owned = rootEntry("srv/owned", { uid: 70, gid: 71, content: Buffer.from("owned") });
const stage = await createStage([...busyboxRoot(readFileSync(request.busybox)), owned], {
  parent: request.parent,
  uid: host.uid,
  alone: request.alone,
});
const lines: string[] = [];
try {
  const entries = await runBuild(
    {
      ...{
        definition: "image/x.yaml",
        build: "lib",
        platform: request.platform ?? `linux/${host.machine}`,
        epoch: 1_700_000_000,
      },
      ...{ steps: request.steps, outputs: request.outputs, allowNetwork: false },
      limits: { step: { ...usualSandboxLimits, ...request.limits } },
    },
    stage,
    { host, log: (line) => lines.push(line), secrets: new Map() },
  );
  const contents: string[] = [];
  for (const entry of entries) contents.push(Buffer.concat(await Array.fromAsync(entry.content)).toString());
  const brief = entries.map(({ path, type, mode, uid, gid }) => `${path} ${type} ${mode.toString(8)} ${uid}:${gid}`);
  console.log(JSON.stringify({ uid: host.uid, lines, entries: brief, contents }));
} catch (cause) {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  console.log(JSON.stringify({ uid: host.uid, lines, code, message: String(cause) }));
} finally {
  await stage.remove();
}
