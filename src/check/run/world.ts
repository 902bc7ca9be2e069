import type { Engine } from "../../engine/engine.ts";
import type { OutputLimit } from "../../engine/exec.ts";

/** How containers are restricted. */
export interface CheckOptions {
  readonly readOnly: boolean;
  /** Capabilities that containers do without, such as `ALL`. */
  readonly capDrop: readonly string[];
}

/** What trying an image needs of the world. */
export interface CheckPorts {
  readonly engine: Engine;
  /** The name in the engine of an image that a helper is made from. */
  readonly helperImage: (reference: string) => Promise<string>;
  /** A folder that the engine can see, for files of containers with a read-only root. */
  readonly temporaryDirectory: string;
  /** The time, in milliseconds. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/** How much of a container's output counts. */
export const outputLimit: OutputLimit = { bytes: 1024 * 1024, from: "start" };

/** How many lines of a log are looked at, the last ones. */
export const logLines = 10_000;

/** Milliseconds between two looks at what is waited for. */
export const interval = 250;
