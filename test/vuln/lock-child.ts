import { setTimeout as pause } from "node:timers/promises";
import { withIndexLock } from "../../src/vuln/lock.ts";

/** Holds the lock of the index named first until it is killed; started by a test. */
const [path = ""] = process.argv.slice(2);
await withIndexLock(path, {}, async () => {
  process.stdout.write("held\n");
  await pause(60_000);
});
