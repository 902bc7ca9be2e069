import { openCache } from "../../../src/cache/cache.ts";
import { sealWith, unsealUnchecked } from "../../../src/flow/db/seal.ts";
import { createHttp } from "../../../src/http/fetch.ts";
import { importBundle } from "../../../src/vuln/bundle/read.ts";
import { writeBundle } from "../../../src/vuln/bundle/write.ts";
import { importAdvisories } from "../../../src/vuln/import.ts";
import { debianTrackerFeed } from "../../../src/vuln/live/feeds.ts";
import { updateAdvisories } from "../../../src/vuln/live/update.ts";
import { withIndexLock } from "../../../src/vuln/lock.ts";

/** Changes an index in the way named first; started, and killed, by a test. */
const [way = "", from = "", index = "", folder = ""] = process.argv.slice(2);
const now = new Date("2026-06-01T12:00:00Z");
const cache = await openCache(folder);
process.stdout.write("started\n");
await withIndexLock(index, {}, async () => {
  if (way === "import") await importAdvisories([from], index, { now });
  else if (way === "bundle") await importBundle(from, index, { unseal: unsealUnchecked(from), allowOlder: true });
  else if (way === "export") await writeBundle(index, from, { seal: sealWith(null), now });
  else {
    const http = createHttp({ fetch, userAgent: "hardpan/test" });
    await updateAdvisories(index, { now, http, cache, feeds: [{ ...debianTrackerFeed, url: from }] });
  }
});
process.stdout.write("done\n");
