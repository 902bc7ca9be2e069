import { join } from "node:path";
import type {
  AffectedRow,
  DebianRow,
  ExploitedRow,
  LifetimeRow,
  ProbabilityRow,
  SupportRow,
} from "../../src/vuln/index/schema.ts";
import { type IndexWriter, replaceIndex } from "../../src/vuln/index/write.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { now } from "./examples.ts";

const cve = "CVE-2026-0001";

/** What an index has beside CVE-2026-0001, which is open in bash of Debian 13 by data of 2026-01-10. */
export interface IndexParts {
  /** Statements on it by the feed `acme-vex`. */
  readonly statements?: readonly unknown[];
  readonly lifetime?: Pick<LifetimeRow, "eol" | "lts">;
  readonly support?: Partial<SupportRow>;
  /** What the row on it has otherwise. */
  readonly row?: Partial<DebianRow>;
  /** Packages of other ecosystems that it affects, by a feed of their own. */
  readonly affected?: readonly Pick<AffectedRow, "ecosystem" | "package" | "ranges">[];
  readonly exploited?: Pick<ExploitedRow, "added" | "due" | "ransomware">;
  readonly probability?: Pick<ProbabilityRow, "score" | "percentile">;
}

/** Writes an index as readers of feeds do, and gives its path. */
export async function indexWith(parts: IndexParts = {}): Promise<string> {
  const path = join(await temporaryFolder(), "index.sqlite");
  await replaceIndex(path, { now }, async (writer) => fill(writer, parts));
  return path;
}

function fill(writer: IndexWriter, parts: IndexParts): void {
  const { statements = [], lifetime, support, row, affected = [], exploited, probability } = parts;
  const originOf = (source: string) => {
    const file = { dated: true, file: source, format: "test", sha256: null, asOf: "2026-01-10", checked: null };
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
  if (affected.length > 0) {
    const feed = originOf("project");
    const named = {
      vulnerability: cve,
      origin: feed,
      record: cve,
      modified: "2026-01-10",
      severity: "HIGH",
      versions: [],
    };
    for (const one of affected) writer.affected({ ...named, ...one });
  }
  if (exploited !== undefined) writer.exploited({ vulnerability: cve, origin: originOf("cisa-kev"), ...exploited });
  if (probability !== undefined) writer.probability({ vulnerability: cve, origin: originOf("epss"), ...probability });
}
