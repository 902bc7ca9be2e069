import { requireSandbox } from "../../pipeline/sandbox/check.ts";
import type { FoundImage } from "../image/request.ts";
import { buildsOf } from "../lock.ts";
import type { Ports } from "../ports.ts";
import { stepName } from "./steps.ts";

/**
 * Refuses an image whose steps cannot run here for one of its platforms, before anything is fetched for it. Throws
 * PIPELINE_SANDBOX_UNAVAILABLE and PIPELINE_PLATFORM_UNAVAILABLE, which name its first step.
 */
export async function requireSandboxes(
  { match, platforms }: FoundImage,
  ports: Pick<Ports, "sandboxHost">,
): Promise<void> {
  for (const platform of platforms) {
    const build = buildsOf(match.source, platform).find(({ pipeline }) => pipeline.length > 0);
    const [step] = build?.pipeline ?? [];
    if (build === undefined || step === undefined) continue;
    const place = { definition: match.entry.path, build: build.name, step: stepName(step, 0) };
    await requireSandbox(platform, place, ports.sandboxHost());
  }
}
