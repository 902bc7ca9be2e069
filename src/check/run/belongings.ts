import { removeContainers } from "../../engine/container.ts";
import { createNetwork, createVolume, removeLabelled, removeVolumes } from "../../engine/labelled.ts";
import type { CheckPorts } from "./world.ts";

/** What a run starts in the engine, all of it under one label and removed when the run ends. */
export interface Belongings extends AsyncDisposable {
  /** Options of everything that is created. */
  readonly labels: readonly string[];
  /** A name that nothing has yet; it says whose the container is. */
  name(): string;
  /** The private network, created when it is first asked for. */
  network(): Promise<string>;
  volume(): Promise<string>;
  remove(things: { readonly containers: readonly string[]; readonly volumes: readonly string[] }): Promise<void>;
}

/** The label that everything has which checks start; its value tells runs apart. */
export const checkLabel = "io.hardpan.check";

/** Begins a run on the image `reference`; `run` tells it apart from all others. */
export function createBelongings(
  { reference, run }: { readonly reference: string; readonly run: string },
  { engine }: CheckPorts,
): Belongings {
  const slug = reference
    .replace(/^[a-z-]+:\/\//, "")
    .replace(/@.*$/, "")
    .replace(/[^\w.-]+/g, "-")
    .slice(-60);
  const prefix = `hardpan-check-${slug}-${run}`.replace(/-{2,}/g, "-");
  const labels = [`${checkLabel}=${run}`, `${checkLabel}.image=${reference}`];
  let count = 0;
  let network: Promise<string> | null = null;
  const name = () => {
    count += 1;
    return `${prefix}-${count}`;
  };
  const makeNetwork = async () => {
    await createNetwork(engine, prefix, labels);
    return prefix;
  };
  return {
    labels,
    name,
    async network() {
      network ??= makeNetwork();
      return await network;
    },
    async volume() {
      const volume = name();
      await createVolume(engine, volume, labels);
      return volume;
    },
    async remove({ containers, volumes }) {
      await removeContainers(engine, containers);
      await removeVolumes(engine, volumes);
    },
    async [Symbol.asyncDispose]() {
      await removeLabelled(engine, `${checkLabel}=${run}`);
    },
  };
}
