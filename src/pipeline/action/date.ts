/** `date` of the build's time, in the spellings definitions use to stamp a program. */
const stamp = new RegExp(
  [
    "\\$\\(date (?:-u -d ?|-ud ?|--utc --date[= ]|-u --date[= ])",
    "([\"']?)@\\$(?:\\{SOURCE_DATE_EPOCH\\}|SOURCE_DATE_EPOCH)\\1 ",
    "\\+(?:'([^'`$()]*)'|\"([^\"`$()\\\\]*)\"|([^\\s\"'`$()\\\\;&|<>]+))\\)",
  ].join(""),
  "g",
);

/**
 * Replaces `$(date -u -d @${SOURCE_DATE_EPOCH} +FORMAT)` by what it would print. Null when another command is asked for,
 * as inputs are never run, or the format has a letter that is not known here.
 */
export function expandDates(text: string, epoch: number): string | null {
  let known = true;
  const result = text.replace(stamp, (_whole, _quote, single?: string, double?: string, bare?: string) => {
    const date = formatDate(single ?? double ?? bare ?? "", epoch);
    known &&= date !== null;
    return date ?? "";
  });
  return known && !/\$\(|`/.test(result) ? result : null;
}

/** A time as Debian's changelogs have it (RFC 5322), in UTC: `Sat, 01 Aug 2026 10:00:00 +0000`. */
export function changelogDate(epoch: number): string {
  return new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
}

/** A time as SPDX has it: `2026-08-01T10:00:00Z`. */
export function isoDate(epoch: number): string {
  return new Date(epoch * 1000).toISOString().replace(".000Z", "Z");
}

function formatDate(format: string, epoch: number): string | null {
  const iso = isoDate(epoch);
  const date = iso.slice(0, 10);
  const time = iso.slice(11, 19);
  const [year, month, day] = date.split("-");
  const [hour, minute, second] = time.split(":");
  const letters: Readonly<Record<string, string | undefined>> = {
    ...{ F: date, T: time, Y: year, m: month, d: day, H: hour, M: minute, S: second },
    ...{ y: year?.slice(2), s: String(epoch), Z: "UTC", z: "+0000", "%": "%" },
  };
  const unknown = [...format.matchAll(/%([\s\S]?)/g)].some(([, letter]) => letters[letter ?? ""] === undefined);
  return unknown ? null : format.replace(/%([\s\S])/g, (_whole, letter: string) => letters[letter] ?? "");
}
