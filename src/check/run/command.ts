import { attachContainer } from "../../engine/container.ts";
import { commandMismatch } from "../expectation.ts";
import type { Mismatch } from "../result.ts";
import type { Expectation } from "../spec/model.ts";
import { type CheckContainer, makeContainer } from "./container.ts";
import { makeVolumes, type Subject } from "./subject.ts";
import { outputLimit } from "./world.ts";

/** A container that runs to its end, and what it must end with. `timeout` is in seconds. */
export interface CommandRun {
  readonly container: Omit<CheckContainer, "volumes" | "interactive">;
  readonly stdin: string | null;
  readonly expectation: Expectation;
  readonly timeout: number;
}

/** Runs a new container to its end and removes it; null where it ended as expected. Throws ENGINE_FAILED. */
export async function runCommand(run: CommandRun, { belongings, ports }: Subject): Promise<Mismatch | null> {
  const { stdin, timeout } = run;
  const name = belongings.name();
  const volumes = await makeVolumes(run.container.settings, belongings);
  try {
    const container = { ...run.container, volumes, interactive: stdin !== null };
    await using _files = await makeContainer(name, container, { belongings, ports });
    const end = await attachContainer(ports.engine, name, {
      ...(stdin === null ? {} : { input: stdin }),
      keep: outputLimit,
      timeout: timeout * 1000,
      signal: ports.signal,
    });
    return commandMismatch(end, run.expectation, timeout);
  } finally {
    await belongings.remove({ containers: [name], volumes: Object.values(volumes) });
  }
}
