import type { BinaryPackage, SourceName } from "../../debian/packages.ts";
import { parseStanzas } from "../../debian/stanza.ts";
import { installedPackage } from "../../debian/status.ts";
import { CodedError } from "../../error.ts";
import type { ContentReader } from "../cataloger.ts";
import { createStanzaStream } from "../installed/stanza-stream.ts";

/** What is kept of an installed package; relationship fields are as written, `""` when absent. */
export interface StatusRecord {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: SourceName;
  readonly maintainer: string;
  readonly multiArch: string;
  /** Pre-Depends and Depends. */
  readonly depends: string;
  readonly provides: string;
}

/** What a status file, or a file of status.d, says. */
export interface StatusFinding {
  readonly kind: "status";
  readonly packages: readonly StatusRecord[];
  /** What of it could not be read, one sentence each, the first few. */
  readonly problems: readonly string[];
}

/**
 * Reads a status file as it streams past: memory grows with what is installed, not with the file. Stanzas that are
 * damaged or longer than 1 MiB are passed over and named among the problems, as is what follows the first 15,000
 * packages, a million stanzas or a thousand damaged ones. The file is not refused for them: one bad stanza must not hide the
 * other packages.
 */
export function readStatus(): ContentReader<StatusFinding> {
  const packages: StatusRecord[] = [];
  const problems: string[] = [];
  let room = mostText;
  let stanzas = 0;
  let damaged = 0;
  const isFull = () => room <= 0 || packages.length >= mostPackages || stanzas >= mostStanzas || damaged >= mostDamaged;
  const damage = (problem: string) => {
    if (++damaged <= mostProblems) problems.push(problem);
  };
  const add = (item: BinaryPackage) => {
    const json = JSON.stringify(recordOf(item));
    // Parts of a text keep all of it in memory.
    packages.push(JSON.parse(json));
    room -= json.length;
  };
  const stream = createStanzaStream({
    limit: longestStanza,
    isFull,
    take(text) {
      const what = `its stanza ${++stanzas}`;
      try {
        for (const stanza of parseStanzas(text, { what })) {
          const item = installedPackage(stanza, what);
          if (item !== null) add(item);
        }
      } catch (cause) {
        if (!(cause instanceof CodedError)) throw cause;
        damage(cause.message);
      }
      if (isFull()) problems.push(`what follows its stanza ${stanzas} is not read: no system has as many`);
    },
    tooLong: () => damage(`its stanza ${++stanzas} has more than ${longestStanza} bytes`),
  });
  return {
    write: stream.write,
    end() {
      stream.end();
      return packages.length === 0 && problems.length === 0 ? null : { kind: "status", packages, problems };
    },
  };
}

const longestStanza = 2 ** 20;
/** The largest installations of Debian have half of it. */
const mostPackages = 15_000;
const mostStanzas = 1_000_000;
const mostDamaged = 1000;
/** Characters kept in all, five times what as many packages usually have. */
const mostText = 2 ** 24;
const mostProblems = 5;

function recordOf(item: BinaryPackage): StatusRecord {
  const { name, version, architecture, source, maintainer, multiArch, preDepends, depends, provides } = item;
  return {
    name,
    version,
    architecture,
    source,
    maintainer: maintainer.slice(0, 500),
    multiArch: multiArch.slice(0, 20),
    depends: upToComma([preDepends, depends].filter((field) => field !== "").join(", ")),
    provides: upToComma(provides),
  };
}

const longestField = 2 ** 16;

function upToComma(field: string): string {
  return field.length <= longestField ? field : field.slice(0, field.lastIndexOf(",", longestField));
}
