import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { YamlValue } from "../../../src/definition/schema.ts";
import type { ActionContext, ActionScript } from "../../../src/pipeline/action/action.ts";
import { actionScript } from "../../../src/pipeline/action/script.ts";

/** 2026-08-01 10:00:00 UTC. */
export const epoch = 1_785_578_400;

/** A step whose stage is a folder: sources in `src`, which is also the working directory, results in `out`. */
export function contextIn(folder: string): ActionContext {
  return {
    ...{ arch: process.arch === "arm64" ? "arm64" : "amd64", fips: false, epoch },
    ...{ targetDir: join(folder, "out"), workDir: join(folder, "src") },
    ...{ sbomDir: join(folder, "sbom"), definition: "image/app/debian-13/1.yaml", build: "app", step: "make it" },
  };
}

/** How a script ended. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Runs a script in the folder with nothing of the surrounding environment but PATH, and HOME inside the folder. */
function runScript(action: ActionScript, folder: string, environment: Readonly<Record<string, string>> = {}): Ran {
  const telemetry = join("home", ".config", "go", "telemetry");
  for (const name of ["src", "out", telemetry]) mkdirSync(join(folder, name), { recursive: true });
  // Go would leave a process behind that writes there while the folder is being removed.
  writeFileSync(join(folder, telemetry, "mode"), "off");
  const { PATH = "" } = process.env;
  const base = { PATH, HOME: join(folder, "home"), TMPDIR: folder };
  const result = spawnSync(action.shell, ["-c", action.script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...base, ...action.environment, ...environment },
    timeout: 120_000,
  });
  return { code: result.status ?? 128, output: result.stdout + result.stderr };
}

/** Runs a step with the action in the folder. */
export function runAction(
  folder: string,
  uses: string,
  {
    inputs = {},
    environment = {},
    context = {},
  }: {
    readonly inputs?: Readonly<Record<string, YamlValue>>;
    readonly environment?: Readonly<Record<string, string>>;
    readonly context?: Partial<ActionContext>;
  } = {},
): Ran {
  return runScript(actionScript(uses, inputs, { ...contextIn(folder), ...context }), folder, environment);
}
