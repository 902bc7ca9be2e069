import { setTimeout as pause } from "node:timers/promises";
import { execInContainer } from "../../engine/container.ts";
import { EngineError } from "../../engine/error.ts";
import { isFound, patternText } from "../pattern.ts";
import type { Mismatch } from "../result.ts";
import type { Readiness } from "../spec/model.ts";
import { askHttp, takesConnections } from "./probe.ts";
import type { Service } from "./service.ts";
import { type CheckPorts, interval, logLines, outputLimit } from "./world.ts";

/** Milliseconds that one look may take. */
const patience = 5_000;
/** Milliseconds that a service must run where nothing else says that it is ready. */
const settling = 1_000;

/** Waits until a service is ready; null when it is. It is not waited for when it has ended. */
export async function becomesReady(ready: Readiness, service: Service, ports: CheckPorts): Promise<Mismatch | null> {
  const { signal } = ports;
  const expected = `${describe(ready)} within ${ready.timeout} s`;
  const over = AbortSignal.timeout(ready.timeout * 1000);
  if (isPlain(ready)) await pause(settling, undefined, { signal });
  for (;;) {
    const ended = await service.ended();
    if (ended !== null) return { expected, got: ended };
    if (isPlain(ready) || (await seemsReady(ready, service, ports))) return null;
    if (over.aborted) return { expected, got: "not in that time" };
    await pause(interval, undefined, { signal });
  }
}

function isPlain({ http, tcp, log, command }: Readiness): boolean {
  return http === null && tcp === null && log === null && command === null;
}

/** What ends while it is looked at is not ready; the next look says that it has ended. */
async function seemsReady(ready: Readiness, service: Service, ports: CheckPorts): Promise<boolean> {
  try {
    return await holds(ready, service, ports);
  } catch (cause) {
    ports.signal.throwIfAborted();
    if (cause instanceof EngineError) return false;
    throw cause;
  }
}

async function holds(ready: Readiness, service: Service, ports: CheckPorts): Promise<boolean> {
  const { http, tcp, log, command } = ready;
  const { engine, signal } = ports;
  const limits = { timeout: patience, signal };
  if (log !== null && isFound(log, await service.log(logLines)) === true) return true;
  if (tcp !== null && (await takesConnections(await service.endpoint(tcp), limits))) return true;
  if (http !== null && (await answers(http, service, limits))) return true;
  if (command === null) return false;
  const result = await execInContainer(engine, service.container(), { command, keep: outputLimit, ...limits });
  return result.exitCode === 0;
}

async function answers(
  { port, path }: NonNullable<Readiness["http"]>,
  service: Service,
  limits: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const request = { port, path, method: "GET", headers: {}, body: null };
  try {
    const { status } = await askHttp(await service.endpoint(port), request, limits);
    return status < 500;
  } catch {
    limits.signal.throwIfAborted();
    return false;
  }
}

function describe({ http, tcp, log, command }: Readiness): string {
  const ways = [
    ...(log === null ? [] : [`a line with ${patternText(log)}`]),
    ...(tcp === null ? [] : [`connections on port ${tcp}`]),
    ...(http === null ? [] : [`an answer below 500 to GET ${http.path} on port ${http.port}`]),
    ...(command === null ? [] : [`success of ${command.join(" ")}`]),
  ];
  return ways.length === 0 ? "a service that runs" : ways.join(" or ");
}
