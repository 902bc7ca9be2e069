import { createHash } from "node:crypto";
import { parseStanza, type Stanza } from "../../debian/stanza.ts";
import { type Entry, fileEntry } from "../layer/entry.ts";
import type { Fragment, FragmentSource, PackageRecord } from "../layer/fragment.ts";

const rules = "dpkg-database/4";

/**
 * The parts of dpkg's database that concern all packages, for an image that has dpkg: its status file with every package
 * of `fragments` as installed, its triggers, its native architecture and its empty lists.
 */
export function dpkgDatabase(fragments: readonly Fragment[]): FragmentSource {
  const hash = createHash("sha256").update(rules);
  for (const fragment of fragments) hash.update(fragment.key).update("\0");
  const open = async () => {
    const mtime = fragments.reduce((newest, fragment) => Math.max(newest, fragment.newest), 0);
    return { entries: databaseEntries(fragments).map((entry) => ({ ...entry, mtime })) };
  };
  return { key: `dpkg-database-${hash.digest("hex")}`, open };
}

function databaseEntries(fragments: readonly Fragment[]): readonly Entry[] {
  const records = fragments.flatMap((fragment) => fragment.package ?? []);
  const status = records.map((record) => `${installedStanza(record)}\n`).join("");
  return [
    fileEntry("var/lib/dpkg/status", status),
    fileEntry("var/lib/dpkg/available", ""),
    fileEntry("var/lib/dpkg/diversions", ""),
    fileEntry("var/lib/dpkg/statoverride", ""),
    ...nativeArchitecture(records),
    fileEntry("var/lib/dpkg/info/format", "1\n"),
    fileEntry("var/lib/dpkg/lock", "", { mode: 0o640 }),
    fileEntry("var/lib/dpkg/lock-frontend", "", { mode: 0o640 }),
    ...triggerEntries(records),
  ];
}

/** The architecture dpkg itself was built for; newer versions of it look the native one up. */
function nativeArchitecture(records: readonly PackageRecord[]): readonly Entry[] {
  const own = records.map(({ control }) => parseStanza(control)).find((stanza) => stanza.get("Package") === "dpkg");
  const architecture = own?.get("Architecture");
  if (architecture === undefined) return [];
  return ["arch", "arch-native"].map((file) => fileEntry(`var/lib/dpkg/${file}`, `${architecture}\n`));
}

/** A control stanza with the fields dpkg adds: Status after Package, and the sums of configuration files. */
function installedStanza({ control, conffiles }: PackageRecord): string {
  const stanza = control.trimEnd().replace(/^(Package:[^\n]*\n)/m, "$1Status: install ok installed\n");
  const sums = conffiles.map(([path, md5]) => `\n ${path} ${md5}`).join("");
  return `${stanza}${sums === "" ? "" : `\nConffiles:${sums}`}\n`;
}

/** Who is interested in which trigger (deb-triggers(5)): paths in one file, names in a file each. */
function triggerEntries(records: readonly PackageRecord[]): readonly Entry[] {
  const paths: string[] = [];
  const named = new Map<string, string[]>();
  for (const record of records) {
    const interests = interestsOf(record.triggers);
    if (interests.length === 0) continue;
    const name = databaseName(parseStanza(record.control));
    for (const { trigger, waits } of interests) {
      const line = `${name}${waits ? "" : "/noawait"}`;
      if (trigger.startsWith("/")) paths.push(`${trigger} ${line}`);
      else named.set(trigger, [...(named.get(trigger) ?? []), line]);
    }
  }
  const lines = (list: readonly string[]) => list.map((line) => `${line}\n`).join("");
  return [
    fileEntry("var/lib/dpkg/triggers/File", lines(paths)),
    fileEntry("var/lib/dpkg/triggers/Unincorp", ""),
    fileEntry("var/lib/dpkg/triggers/Lock", "", { mode: 0o600 }),
    ...[...named].map(([trigger, list]) => fileEntry(`var/lib/dpkg/triggers/${trigger}`, lines(list))),
  ];
}

function interestsOf(triggers: string): readonly { readonly trigger: string; readonly waits: boolean }[] {
  return triggers.split("\n").flatMap((line) => {
    const [, kind, trigger] = /^interest(-await|-noawait)?\s+(\S+)/.exec(line.trim()) ?? [];
    // The name of a trigger that is no path becomes the name of a file.
    const isName = trigger !== undefined && (trigger.startsWith("/") || !trigger.includes("/"));
    return isName ? [{ trigger, waits: kind !== "-noawait" }] : [];
  });
}

/** The package's name as dpkg writes it: with its architecture where several may be installed at once. */
function databaseName(stanza: Stanza): string {
  const name = stanza.get("Package") ?? "";
  return stanza.get("Multi-Arch") === "same" ? `${name}:${stanza.get("Architecture") ?? ""}` : name;
}
