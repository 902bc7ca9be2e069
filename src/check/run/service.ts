import { inspectContainer, publishedPort, startContainer } from "../../engine/container.ts";
import { containerLog } from "../../engine/container-log.ts";
import type { Mismatch } from "../result.ts";
import type { ServiceCheck } from "../spec/model.ts";
import { makeContainer } from "./container.ts";
import type { Endpoint } from "./probe.ts";
import { stopAsExpected } from "./stop.ts";
import { makeVolumes, ownContainer, type Subject } from "./subject.ts";

/** A service of a check: one container at a time, and volumes that stay. */
export interface Service extends AsyncDisposable {
  /** Creates a container and starts it; what hindered it, or null. */
  start(): Promise<Mismatch | null>;
  /** Where this machine reaches a port of it. */
  endpoint(port: number): Promise<Endpoint>;
  /** Its address in the private network; null where it has none. */
  address(): Promise<string | null>;
  /** The name of its container. */
  container(): string;
  /** How it ended; null while it runs. */
  ended(): Promise<string | null>;
  /** The last lines of its output. */
  log(lines: number): Promise<readonly string[]>;
  /** Ends it, and says where it did not end as it should. Its container is removed. */
  stop(): Promise<Mismatch | null>;
}

const logBytes = 1024 * 1024;

/** A service that is not started yet. */
export function createService(check: ServiceCheck, subject: Subject): Service {
  const { belongings, ports, image } = subject;
  const { engine } = ports;
  let volumes: Readonly<Record<string, string>> | null = null;
  let name = "";
  let files: AsyncDisposable | null = null;
  let endpoints = new Map<number, Endpoint>();
  const remove = async () => {
    if (name !== "") await belongings.remove({ containers: [name], volumes: [] });
    name = "";
    await files?.[Symbol.asyncDispose]();
    files = null;
  };
  return {
    async start() {
      volumes ??= await makeVolumes(check.container, belongings);
      name = belongings.name();
      endpoints = new Map();
      const container = {
        ...ownContainer(subject, check.container),
        volumes,
        alias: "service",
        ports: portsOf(check),
        ...(check.stop.signal === null ? {} : { stopSignal: check.stop.signal }),
      };
      files = await makeContainer(name, container, { belongings, ports });
      const hindrance = await startContainer(engine, name);
      return hindrance === null ? null : { expected: "a service that starts", got: hindrance.reason };
    },
    async endpoint(port) {
      const known = endpoints.get(port) ?? (await publishedPort(engine, name, port));
      endpoints.set(port, known);
      return known;
    },
    async address() {
      return Object.values((await inspectContainer(engine, name)).addresses)[0] ?? null;
    },
    container: () => name,
    async ended() {
      const { running, exitCode } = await inspectContainer(engine, name);
      return running ? null : `it ended with exit code ${exitCode ?? "unknown"}`;
    },
    log: async (lines) => await containerLog(engine, name, { lines, bytes: logBytes }),
    async stop() {
      const mismatch = await stopAsExpected(name, { stop: check.stop, imageSignal: image.stopSignal }, ports);
      if (mismatch === null) await remove();
      return mismatch;
    },
    async [Symbol.asyncDispose]() {
      await remove();
      await belongings.remove({ containers: [], volumes: Object.values(volumes ?? {}) });
    },
  };
}

/** The ports that this machine must reach. */
function portsOf({ ready, steps }: ServiceCheck): readonly number[] {
  const ofSteps = steps.flatMap((step) => (step.kind === "http" ? [step.request.port] : []));
  return [...new Set([ready.http?.port, ready.tcp, ...ofSteps].flatMap((port) => port ?? []))];
}
