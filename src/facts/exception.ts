/** Where a definition explains an exception: `io.hardpan.allow.<rule>` among its labels. */
export const exceptionPrefix = "io.hardpan.allow.";

/** The exceptions among an image's labels: the label's value by the rule's name. */
export function exceptionsIn(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const found = Object.entries(labels).filter(([name]) => name.startsWith(exceptionPrefix));
  return Object.fromEntries(found.map(([name, text]) => [name.slice(exceptionPrefix.length), text]));
}

/** An exception as read: `paths` null means all that the rule finds; a path that ends in a slash means all below it. */
export interface Exception {
  readonly paths: readonly string[] | null;
  readonly reason: string;
}

/** What an exception lacks, as a sentence's end after its label. */
export interface ExceptionFault {
  readonly fault: string;
}

/**
 * Reads the text of an exception: a reason, or absolute paths with spaces between them, a colon and a reason,
 * `/usr/bin/su /opt/tools/: needed by …`. The blank after the colon may be left out where the text has no other colon, and
 * no path follows it.
 */
export function parseException(text: string): Exception | ExceptionFault {
  const trimmed = text.trim();
  if (!trimmed.startsWith("/")) return trimmed === "" ? { fault: "gives no reason" } : { paths: null, reason: trimmed };
  const [, list, reason = ""] = /^(.*?):(?:\s+(.*))?$/s.exec(trimmed) ?? /^([^:]*):([^:/][^:]*)$/.exec(trimmed) ?? [];
  if (list === undefined)
    return { fault: "gives no reason: after the paths it has no colon with a blank and a reason" };
  const paths = list.trim().split(/\s+/);
  const relative = paths.find((path) => !path.startsWith("/"));
  if (relative !== undefined) return { fault: `names ${relative} before its colon, which is not an absolute path` };
  return reason === "" ? { fault: "gives no reason after its paths" } : { paths, reason };
}

/** Whether `exception` covers `problem`; one for paths does not cover what has none. */
export function covers({ paths }: Exception, { path }: { readonly path: string | null }): boolean {
  if (paths === null) return true;
  return path !== null && paths.some((one) => (one.endsWith("/") ? path.startsWith(one) : path === one));
}
