import { VulnError } from "../error.ts";
import { openForeign, wrongTables } from "../index/hostile.ts";

/**
 * Looks at an index that came from elsewhere before anything asks it: that it has the tables
 * of an index and nothing else, so that reading it runs nothing that it brings along, and that its pages are sound. Throws VULN_INDEX_INVALID.
 */
export function checkIndex(path: string): void {
  try {
    const database = openForeign(path);
    try {
      const wrong = wrongTables(database);
      if (wrong !== null) throw damaged(path, wrong);
      const verdict = database.prepare("PRAGMA quick_check(1)").get();
      if (verdict?.["quick_check"] !== "ok") throw damaged(path, String(verdict?.["quick_check"]));
    } finally {
      database.close();
    }
  } catch (cause) {
    if (cause instanceof VulnError) throw cause;
    throw damaged(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function damaged(path: string, why: string, cause?: unknown): VulnError {
  return new VulnError("VULN_INDEX_INVALID", `the advisory index ${path} cannot be used: ${why}`, {
    hint: "make it anew: hardpan db import FOLDER",
    ...(cause === undefined ? {} : { cause }),
  });
}
