import type { AptOptions, AptPorts } from "../../apt/ports.ts";
import type { Ports } from "../ports.ts";

/** The archive engine's share of the ports. */
export function aptPorts(ports: Ports): AptPorts {
  const { http, cache, mirrors, trust } = ports;
  return { http, cache, mirrors, trust, now: () => ports.now().getTime() };
}

/** How the archive engine is to work. */
export function aptOptions(ports: Ports): AptOptions {
  const { offline, maxAge, signal, report } = ports;
  return { offline, maxAge, signal, progress: ({ received, total }) => report.advance(received, total ?? received) };
}
