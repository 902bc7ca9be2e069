import { VulnError } from "../error.ts";

/** Where in a feed something stands, for messages. `line` counts from 1; null where lines mean nothing. */
export interface Place {
  readonly file: string;
  readonly line: number | null;
}

/** The error for content at `place` that is not what its format says. */
export function invalidContent(place: Place, why: string, cause?: unknown): VulnError {
  const where = place.line === null ? place.file : `${place.file} line ${place.line}`;
  return new VulnError("VULN_FORMAT_INVALID", `${where}: ${why}`, {
    hint: "the file is damaged or its format has changed; get it again from its publisher, or leave it out",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for a feed, or a piece of one, larger than what is read. `limit` is in bytes, or in what `of` says. */
export function feedTooLarge(place: Place, limit: number, of = "bytes"): VulnError {
  const where = place.line === null ? place.file : `${place.file} line ${place.line}`;
  return new VulnError("VULN_FEED_TOO_LARGE", `${where}: more than ${limit} ${of}`, {
    hint: "no advisory feed is this large; check where the file comes from",
  });
}
