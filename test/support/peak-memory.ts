import { readFileSync } from "node:fs";

/**
 * The most memory that the process `pid`, by default this one, has had so far, in megabytes of 2^20; null when it is gone.
 * The kernel's own figure for it: what getrusage(2) says of a process includes what its parent had when it began.
 */
export function peakMemory(pid: number | "self" = "self"): number | null {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
