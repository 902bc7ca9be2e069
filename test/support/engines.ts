import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copy } from "../../src/content/copy.ts";
import { type Engine, findEngine } from "../../src/engine/engine.ts";
import { execProgram } from "../../src/engine/exec.ts";
import { loadImage, untagImage } from "../../src/engine/image.ts";
import type { ContainerConfig } from "../../src/oci/config.ts";
import type { Target } from "../../src/oci/graph.ts";
import { normalisePlatform } from "../../src/oci/platform.ts";
import { findBusybox } from "./busybox.ts";
import { has, workingDocker } from "./program.ts";
import { tinyStore } from "./tiny-image.ts";

/** An engine of this machine with an image of busybox in it; close it when all tests are done. */
export interface TestEngine extends AsyncDisposable {
  readonly engine: Engine;
  /** An image in which /bin/sh is busybox, for the user 65532. */
  readonly image: string;
}

/** A kind of engine, and why it cannot be tried here; null where it can. */
export interface EngineKind {
  readonly kind: "docker" | "podman";
  readonly missing: string | null;
}

const busybox = findBusybox();
const noBusybox = busybox === null ? "needs busybox-static" : null;

/** Docker and Podman, for `describe.each`. */
export const engineKinds: readonly EngineKind[] = [
  { kind: "docker", missing: noBusybox ?? (workingDocker() === null ? "needs a docker engine" : null) },
  { kind: "podman", missing: noBusybox ?? missingPodman() },
];

/** Others than root would need a network stack of their own. */
function missingPodman(): string | null {
  if (!has("podman") || !has("runc")) return "needs podman and runc";
  return process.getuid?.() === 0 ? null : "needs to be root for podman";
}

/**
 * What lets Podman start containers where the default runtime and limits are refused, as in a virtual machine with hybrid
 * cgroups: a value for CONTAINERS_CONF.
 */
export function podmanSettings(): { readonly file: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "hardpan-podman-"));
  const file = join(folder, "containers.conf");
  const limits = '["nofile=1024:1024", "nproc=1024:1024"]';
  writeFileSync(file, `[engine]\nruntime = "runc"\n[containers]\ndefault_ulimits = ${limits}\n`);
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Opens an engine; `labels` are those of its image. */
export async function openTestEngine(
  kind: EngineKind["kind"],
  container: Partial<ContainerConfig> = {},
): Promise<TestEngine> {
  const settings = podmanSettings();
  process.env["CONTAINERS_CONF"] = settings.file;
  const command = kind === "docker" ? (workingDocker() ?? "docker") : "podman";
  const engine = await findEngine(execProgram, { candidates: [{ kind, command }] });
  const image = `localhost/hardpan-test/${kind}-${process.pid}:1`;
  const program = busybox ?? new Uint8Array();
  const { store } = await tinyStore({
    layers: [{ "bin/busybox": program, "bin/sh": program, "etc/passwd": "tester:x:65532:65532::/:/bin/sh\n" }],
    platform: normalisePlatform({ os: "linux", architecture: process.arch }),
    container: { user: "65532", cmd: ["/bin/sh"], environment: ["PATH=/bin"], ...container },
  });
  const fill = async (target: Target) => await copy(store, target, { reference: "latest", targetReferences: [image] });
  await loadImage(engine, fill, { temporaryDirectory: tmpdir() });
  return {
    engine,
    image,
    async [Symbol.asyncDispose]() {
      await untagImage(engine, image);
      settings.remove();
    },
  };
}
