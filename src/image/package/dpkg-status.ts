import { type Entry, fileEntry } from "../layer/entry.ts";
import type { Fragment } from "../layer/fragment.ts";

/** Changes when the database below is written in another way. */
export const dpkgStatusRules = "dpkg-status/1";

/** dpkg's status file for an image that has dpkg: every package of `fragments` as installed, and dpkg's other state. */
export function dpkgStatusEntries(fragments: readonly Fragment[]): readonly Entry[] {
  const stanzas = fragments.flatMap((fragment) =>
    fragment.control === null ? [] : [installedStanza(fragment.control)],
  );
  const mtime = fragments.reduce((newest, fragment) => Math.max(newest, fragment.newest), 0);
  const attributes = { mtime };
  return [
    fileEntry("var/lib/dpkg/status", stanzas.map((stanza) => `${stanza}\n`).join(""), attributes),
    fileEntry("var/lib/dpkg/available", "", attributes),
    fileEntry("var/lib/dpkg/diversions", "", attributes),
    fileEntry("var/lib/dpkg/statoverride", "", attributes),
    fileEntry("var/lib/dpkg/info/format", "1\n", attributes),
  ];
}

/** A control stanza with the Status field dpkg writes after Package. */
function installedStanza(control: string): string {
  return `${control.trimEnd().replace(/^(Package:[^\n]*\n)/m, "$1Status: install ok installed\n")}\n`;
}
