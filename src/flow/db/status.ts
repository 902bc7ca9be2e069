import { stat } from "node:fs/promises";
import { daysOld } from "../../vuln/age.ts";
import { defaultIndexPath } from "../../vuln/index/place.ts";
import { type AdvisoryIndex, advisorySources, openAdvisoryIndex } from "../../vuln/index/read.ts";
import type { AdvisorySource } from "../../vuln/model.ts";
import type { Ports } from "../ports.ts";
import { openAdvisories } from "../vuln/advisories.ts";

/** A feed of a source. `ageDays` is null where the date cannot be read; `dated` is false where the file's time had to do. */
export interface FeedStatus {
  readonly file: string;
  readonly format: string;
  /** ISO 8601 date or time of the newest record. */
  readonly asOf: string;
  readonly dated: boolean;
  readonly ageDays: number | null;
  readonly records: number;
  /** Of the file, in hex; null for a folder. */
  readonly sha256: string | null;
}

/** A source with the feeds it was made of. */
export interface SourceStatus extends AdvisorySource {
  readonly ageDays: number | null;
  readonly feeds: readonly FeedStatus[];
}

/** What advisories there are. */
export interface IndexStatus {
  readonly index: string;
  /** In bytes. */
  readonly size: number;
  /** ISO 8601: when the index was built or imported here. */
  readonly built: string;
  readonly sources: readonly SourceStatus[];
}

/** What advisories there are, and how old. Throws VULN_INDEX_INVALID when there are none. */
export async function indexStatus(ports: Ports): Promise<IndexStatus> {
  using opened = await openAdvisories(ports);
  if (opened.index !== null) return await statusOf(opened.index, ports.now());
  const index = openAdvisoryIndex(await defaultIndexPath(ports.cache));
  try {
    return await statusOf(index, ports.now());
  } finally {
    index.close();
  }
}

async function statusOf(index: AdvisoryIndex, now: Date): Promise<IndexStatus> {
  const { size } = await stat(index.path);
  const sources = advisorySources(index).map((source) => ({
    ...source,
    ageDays: daysOld(source, now),
    feeds: index.origins
      .filter((origin) => origin.source === source.source)
      .map(({ id: _id, source: name, knowsUnfixed: _knows, ...feed }) => ({
        ...feed,
        ageDays: daysOld({ source: name, asOf: feed.asOf, checked: feed.checked }, now),
      })),
  }));
  return { index: index.path, size, built: index.created, sources };
}
