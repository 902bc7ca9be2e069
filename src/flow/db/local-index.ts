import type { ImportProgress } from "../../vuln/import.ts";
import { defaultIndexPath } from "../../vuln/index/place.ts";
import { withIndexLock } from "../../vuln/lock.ts";
import type { Ports } from "../ports.ts";

/** Runs `task` on the path of the index that `hardpan db` keeps while nobody else changes it; says so when it has to wait. */
export async function withLocalIndex<Result>(ports: Ports, task: (path: string) => Promise<Result>): Promise<Result> {
  const path = await defaultIndexPath(ports.cache);
  const waiting = () => ports.report.note(`another process is at work on ${path}; waiting for it`);
  return await withIndexLock(path, { signal: ports.signal, waiting }, async () => await task(path));
}

/** What every import works with. */
export function importOptions(ports: Ports) {
  return {
    now: ports.now(),
    signal: ports.signal,
    progress: ({ file, number, files }: ImportProgress) => {
      ports.report.step(`importing ${file}`);
      ports.report.advance(number - 1, files);
    },
  };
}
