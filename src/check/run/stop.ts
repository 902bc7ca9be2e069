import { inspectContainer, stopContainer } from "../../engine/container.ts";
import type { Mismatch } from "../result.ts";
import type { StopExpectation } from "../spec/model.ts";
import { signalNumber } from "./signals.ts";
import type { CheckPorts } from "./world.ts";

/** Ends a container as `stop` of the engine does; where it did not end as expected. `imageSignal` is the image's own signal. */
export async function stopAsExpected(
  container: string,
  { stop, imageSignal }: { readonly stop: StopExpectation; readonly imageSignal: string | null },
  { engine, clock, signal }: CheckPorts,
): Promise<Mismatch | null> {
  const before = await inspectContainer(engine, container);
  if (!before.running) {
    const expected = "a service that runs until it is stopped";
    return { expected, got: `it had ended with exit code ${before.exitCode ?? "unknown"}` };
  }
  const begin = clock();
  await stopContainer(engine, container, { seconds: stop.timeout, signal });
  const seconds = (clock() - begin) / 1000;
  const { exitCode } = await inspectContainer(engine, container);
  return stopMismatch(stop, { exitCode, seconds, signal: stop.signal ?? imageSignal ?? "SIGTERM" });
}

/** How a container ended that was told to. */
export interface StoppedContainer {
  readonly exitCode: number | null;
  /** How long the engine took to end it. */
  readonly seconds: number;
  /** What told it. */
  readonly signal: string;
}

/** Where a container did not end as expected; null where it did. */
export function stopMismatch(stop: StopExpectation, { exitCode, seconds, signal }: StoppedContainer): Mismatch | null {
  const number = signalNumber(signal);
  // The engine kills when the time is over: what ended before that was not killed by it.
  if (exitCode === killed && seconds >= stop.timeout && number !== 9) {
    return { expected: `ends within ${stop.timeout} s of ${signal}`, got: "it had to be killed" };
  }
  const exitCodes = stop.exitCodes ?? [0, 128 + number];
  if (exitCode !== null && exitCodes.includes(exitCode)) return null;
  const expected = `ends with exit code ${exitCodes.join(" or ")} after ${signal}`;
  return { expected, got: `exit code ${exitCode ?? "unknown"}` };
}

/** The exit code of what SIGKILL ended. */
const killed = 137;
