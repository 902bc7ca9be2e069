import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Result } from "../support/measure.ts";
import { alternating, largestPeak, medianTime, shown } from "./measurement.ts";
import { wholeCommand } from "./own.ts";
import type { Peer } from "./peers.ts";

/** What the whole command may take of what a peer takes: parts of its time and, where stated, of its memory. */
export interface PeerBudget {
  readonly time: number;
  readonly memory?: number;
}

/** The whole command against a peer, each on the same gzip layers, from start to end, with nothing remembered. */
export async function againstPeer(
  install: () => Promise<Peer>,
  of: { readonly name: string; readonly layout: string; readonly budget: PeerBudget },
): Promise<readonly Result[]> {
  const { layout, budget } = of;
  const name = `hardpan sbom of ${of.name}`;
  let peer: Peer;
  try {
    peer = await install();
  } catch (cause) {
    return [{ name, skipped: `the scanner to compare with cannot be installed: ${String(cause).split("\n")[0]}` }];
  }
  const home = await mkdtemp(join(tmpdir(), "hardpan-bench-"));
  try {
    const prepared = await peer.prepare(layout);
    const { found } = await peer.run(prepared);
    await wholeCommand(`oci-dir://${layout}`, home);
    const { ours, theirs } = await alternating({
      ours: async () => await wholeCommand(`oci-dir://${layout}`, home),
      theirs: async () => await peer.run(prepared),
    });
    const detail = `${shown(ours)}; against ${shown(theirs)}, ${found} packages`;
    const time = {
      name: `${name} against ${peer.name}`,
      measured: medianTime(ours) / medianTime(theirs),
      budget: budget.time,
      unit: "× its time",
      detail,
    };
    if (budget.memory === undefined) return [time];
    return [
      time,
      {
        name: `${name} against ${peer.name}, memory`,
        measured: largestPeak(ours) / largestPeak(theirs),
        budget: budget.memory,
        unit: "× its memory",
        detail: "peaks of five",
      },
    ];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
