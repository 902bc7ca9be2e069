import { DatabaseSync } from "node:sqlite";
import { VulnError } from "../error.ts";

/**
 * Looks at an index that came from elsewhere before anything asks it: that its pages are sound, and that it has tables and
 * their indices only, so that reading it runs nothing that it brings along. Throws VULN_INDEX_INVALID.
 */
export function checkIndex(path: string): void {
  try {
    const database = new DatabaseSync(path, { readOnly: true, enableForeignKeyConstraints: false });
    try {
      database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
      const found = database.prepare("SELECT type, name FROM sqlite_schema WHERE type NOT IN ('table', 'index')").get();
      const virtual = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage = 0").get();
      const odd = found ?? virtual;
      if (odd !== undefined) throw damaged(path, `it has ${String(odd["type"] ?? "virtual table")} ${odd["name"]}`);
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
