import { VulnError } from "../error.ts";
import { type FeedFile, lookAtFeed } from "../feed/open.ts";
import { providers } from "../provider/list.ts";
import { unusedFormats } from "../provider/unused.ts";
import type { LiveFeed } from "./feeds.ts";

/**
 * Looks at the beginning of what was fetched for `feed`: a wrong page is told from a feed before all feeds are read. Throws
 * VULN_FORMAT_UNKNOWN where it has not the format it must have, or none that is known; and what `lookAtFeed` throws.
 */
export async function requireFormat(feed: LiveFeed, file: FeedFile, signal?: AbortSignal): Promise<void> {
  const sample = await lookAtFeed(file, signal);
  // What an archive holds is known when it has been read.
  if (sample.form === "zip" || sample.form === "tar") return;
  const read = providers.find((one) => one.recognises(sample))?.format;
  const unused = read === undefined ? unusedFormats.find((one) => one.recognises(sample))?.format : undefined;
  const found = read ?? unused;
  if (found !== undefined && (feed.format === undefined || feed.format === read)) return;
  const what = found === undefined ? "not a known format of advisories" : `the format is ${found}, not ${feed.format}`;
  throw new VulnError("VULN_FORMAT_UNKNOWN", `${file.name} line 1: ${what}`, {
    hint: "its publisher has changed the format, or something else lies there now",
  });
}
