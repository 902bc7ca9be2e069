import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { onTestFinished } from "vitest";
import { requireSandbox, type SandboxPlatform } from "../../src/pipeline/sandbox/check.ts";
import { localHost, type SandboxHost } from "../../src/pipeline/sandbox/host.ts";
import { type SandboxLimits, usualSandboxLimits } from "../../src/pipeline/sandbox/limits.ts";
import { runStep } from "../../src/pipeline/sandbox/run.ts";
import type { Step } from "../../src/pipeline/sandbox/step.ts";
import type { StageEntry } from "../../src/pipeline/stage/entry.ts";
import { createStage, type Stage } from "../../src/pipeline/stage/root.ts";
import { temporaryFolder } from "./temporary.ts";

/** A stage that is removed when its test has finished. */
export async function stageOf(entries: Iterable<StageEntry>): Promise<Stage> {
  const stage = await createStage(entries, { parent: await temporaryFolder(), uid: process.getuid?.() ?? 0 });
  onTestFinished(async () => await stage.remove());
  return stage;
}

/** A step with a shell of busybox. */
export function step(script: string, attributes: Partial<Step> = {}): Step {
  return {
    ...{ name: "try", script, shell: ["/bin/busybox", "sh"], environment: {}, workDir: "/", network: false },
    ...{ user: { uid: 0, gid: 0 }, secrets: [], caches: [] },
    ...attributes,
  };
}

/** How a test runs a step. */
export interface TryOptions {
  readonly step?: Partial<Step>;
  readonly limits?: Partial<SandboxLimits>;
  readonly host?: Partial<SandboxHost>;
  readonly secrets?: ReadonlyMap<string, string>;
  /** This machine's, unless told otherwise. */
  readonly platform?: SandboxPlatform;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** What came of it. */
export interface Tried {
  readonly lines: readonly string[];
  /** What was thrown; null when nothing was. */
  readonly error: unknown;
  /** Whether a process of the step still is. */
  readonly left: boolean;
  /** Whether something of the stage is still mounted. */
  readonly mounted: boolean;
}

/** The SOURCE_DATE_EPOCH of the steps. */
export const epoch = 1_700_000_000;

/** Runs `script` in the root of `stage` and looks for what it left behind. */
export async function trySandbox(stage: Stage, script: string, options: TryOptions = {}): Promise<Tried> {
  const mark = randomUUID();
  const lines: string[] = [];
  const log = (line: string) => {
    lines.push(line);
    options.onLine?.(line);
  };
  const environment = { MARK: mark, ...options.step?.environment };
  const host = { ...localHost(), ...options.host };
  const place = { definition: "image/x.yaml", build: "lib", step: "try" };
  const running = async () =>
    await runStep(
      {
        place,
        step: step(script, { ...options.step, environment }),
        stage,
        sandbox: await requireSandbox(options.platform ?? `linux/${localHost().machine}`, place, host),
        epoch,
        limits: { ...usualSandboxLimits, seconds: 60, ...options.limits },
      },
      {
        ...{ host, log, secrets: options.secrets ?? new Map() },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
    );
  const error = await running().then(
    () => null,
    (cause: unknown) => cause,
  );
  const mounted = readFileSync("/proc/self/mountinfo", "utf8").includes(stage.directory);
  return { lines, error, left: processesWith(mark).length > 0, mounted };
}

/** Processes that have `mark` among their variables. */
export function processesWith(mark: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(mark);
      } catch {
        return false;
      }
    });
}
