import { join } from "node:path";
import type { DebianRow, LifetimeRow, SupportRow } from "../../../src/vuln/index/schema.ts";
import { type IndexWriter, replaceIndex } from "../../../src/vuln/index/write.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { now } from "../../vuln/examples.ts";
import { cve } from "./world.ts";

/** What an index has beside `cve`, which is open in bash of Debian 13 by data of 2026-01-10. */
export interface IndexParts {
  /** Statements on `cve` by the feed `acme-vex`. */
  readonly statements?: readonly unknown[];
  readonly lifetime?: Pick<LifetimeRow, "eol" | "lts">;
  readonly support?: Partial<SupportRow>;
  /** What the row on `cve` has otherwise. */
  readonly row?: Partial<DebianRow>;
}

/** Writes an index as readers of feeds do, and gives its path. */
export async function indexWith(parts: IndexParts = {}): Promise<string> {
  const path = join(await temporaryFolder(), "index.sqlite");
  await replaceIndex(path, { now }, async (writer) => fill(writer, parts));
  return path;
}

function fill(writer: IndexWriter, { statements = [], lifetime, support, row }: IndexParts): void {
  const originOf = (source: string) => {
    const file = { dated: true, file: source, format: "test", sha256: null, checked: null, asOf: "2026-01-10" };
    const origin = writer.origin(source, file);
    writer.record(origin, "2026-01-10");
    return origin;
  };
  const origin = originOf("osv-debian");
  writer.knowsUnfixed(origin);
  writer.debian({
    ...{ package: "bash", release: "13", vulnerability: cve, origin, record: cve, kind: "base", state: "open" },
    ...{ introduced: null, fixed: null, released: null, urgency: "high", triage: null, date: null, note: null },
    ...row,
  });
  if (statements.length > 0) {
    const feed = originOf("acme-vex");
    for (const statement of statements) writer.statement({ vulnerability: cve, origin: feed, statement });
  }
  if (lifetime !== undefined) writer.lifetime({ release: "13", origin: originOf("distro-info"), ...lifetime });
  if (support !== undefined) {
    const ended = { state: "ended", version: null, date: null, note: null } as const;
    writer.support({ release: "13", package: "bash", origin: originOf("debian-support"), ...ended, ...support });
  }
}
