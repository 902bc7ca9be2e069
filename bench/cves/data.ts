import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { importAdvisories } from "../../src/vuln/import.ts";
import { benchFolder } from "../scan/images.ts";

/** The folder of advisory feeds to measure with; null where there is none. */
export function sharedAdvisories(): string | null {
  const named =
    process.env["HARDPAN_BENCH_ADVISORIES"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
  return existsSync(named) ? named : null;
}

/** An index of all feeds in `feeds`, made anew. */
export async function benchIndex(feeds: string): Promise<string> {
  const path = join(await benchFolder(), "advisories.sqlite");
  await importAdvisories([feeds], path, { now: new Date() });
  return path;
}
