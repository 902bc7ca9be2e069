import { removeContainers } from "./container.ts";
import { type Engine, runEngine } from "./engine.ts";

const engineTime = 120_000;

/** Creates a network of the engine's usual kind. Throws ENGINE_FAILED. */
export async function createNetwork(engine: Engine, name: string, labels: readonly string[]): Promise<void> {
  await runEngine(engine, ["network", "create", ...labelOptions(labels), name], { timeout: engineTime });
}

/** Creates a volume. Throws ENGINE_FAILED. */
export async function createVolume(engine: Engine, name: string, labels: readonly string[]): Promise<void> {
  await runEngine(engine, ["volume", "create", ...labelOptions(labels), name], { timeout: engineTime });
}

/** Removes volumes. Those that are not there are no failure. */
export async function removeVolumes(engine: Engine, names: readonly string[]): Promise<void> {
  if (names.length > 0)
    await engine.exec(engine.command, ["volume", "rm", "--force", ...names], { timeout: engineTime });
}

/** Options that give `NAME=VALUE` labels. */
export function labelOptions(labels: readonly string[]): readonly string[] {
  return labels.map((label) => `--label=${label}`);
}

/** Removes every container, network and volume that has the label, `NAME=VALUE`. Does not throw: what cannot be removed stays. */
export async function removeLabelled(engine: Engine, label: string): Promise<void> {
  const filter = `--filter=label=${label}`;
  await removeContainers(engine, await listed(engine, ["ps", "--all", "--quiet", "--no-trunc", filter]));
  const networks = await listed(engine, ["network", "ls", "--quiet", filter]);
  if (networks.length > 0) await engine.exec(engine.command, ["network", "rm", ...networks], { timeout: engineTime });
  await removeVolumes(engine, await listed(engine, ["volume", "ls", "--quiet", filter]));
}

async function listed(engine: Engine, args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await engine.exec(engine.command, args, { timeout: engineTime });
  return stdout.split("\n").filter((line) => /^[\w.-]+$/.test(line));
}
