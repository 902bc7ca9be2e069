import { join } from "node:path";
import type { Cache } from "../../cache/cache.ts";

/** Where the index is that `db import` and `db update` write unless told otherwise. */
export async function defaultIndexPath(cache: Cache): Promise<string> {
  return join(await cache.folder("advisories"), "index.sqlite");
}
