import { lineBatches } from "../../feed/lines.ts";
import { invalidContent } from "../../feed/place.ts";
import type { SupportRow } from "../../index/schema.ts";
import { supportedReleases } from "../../release.ts";
import type { Provider } from "../provider.ts";

/**
 * What a list says it is: since 2025 one for each release (`all`), whose lines name the state of a package; before, one for each
 * state.
 */
const titles = {
  all: "List of packages whose security support is limited or ends before the distribution EOL",
  ended: "List of packages whose security support ends before the distribution EOL",
  limited: "List of packages where security support is limited",
};

type ListKind = keyof typeof titles;

/**
 * The lists of Debian's package debian-security-support. The release is in the file's name only, `….deb12`; the list of limited
 * support alone has mostly none and is then one for all releases that have support.
 */
export const debianSupport: Provider = {
  format: "debian-security-support",
  recognises: (sample) => sample.form === "text" && kindOf(sample.text) !== null,
  begin({ origin: file, writer }) {
    const count = { lists: 0, records: 0 };
    const nameless: string[] = [];
    return {
      async read({ name, sample, ...document }) {
        const kind = sample.form === "text" ? kindOf(sample.text) : null;
        const releases = releasesOf(name, kind);
        if (kind === null || releases.length === 0) {
          nameless.push(`the name of ${name} does not end in the release it is for, such as .deb12`);
          return;
        }
        const origin = writer.origin("debian-security-support", file);
        count.lists++;
        for await (const lines of lineBatches(document.bytes(), { file: name })) {
          for (const { text, line } of lines) {
            const content = text.trim();
            if (content === "" || content.startsWith("#")) continue;
            const parsed = parsers[kind](content);
            if (parsed === null) {
              throw invalidContent({ file: name, line }, `not "${forms[kind]}": ${content.slice(0, 100)}`);
            }
            for (const release of releases) writer.support({ release, origin, ...parsed });
            writer.record(origin, null);
            count.records++;
          }
        }
      },
      // Some lists are empty.
      finish: () =>
        count.lists > 0
          ? { used: true, records: count.records, notes: nameless }
          : { used: false, reason: nameless.join("; ") },
    };
  },
};

function kindOf(text: string): ListKind | null {
  const head = text.slice(0, 500);
  const kinds: readonly ListKind[] = ["all", "ended", "limited"];
  return kinds.find((kind) => head.includes(titles[kind])) ?? null;
}

function releasesOf(name: string, kind: ListKind | null): readonly string[] {
  const [, release] = /\.deb(\d{1,3})$/.exec(name) ?? [];
  if (release !== undefined) return [release];
  return kind === "limited" ? supportedReleases : [];
}

type Parsed = Omit<SupportRow, "release" | "origin">;

const parsers: Readonly<Record<ListKind, (content: string) => Parsed | null>> = {
  all: parseAny,
  ended: parseEnded,
  limited: parseLimited,
};

/** How a line of each list reads. */
const forms: Readonly<Record<ListKind, string>> = {
  all: "package non-supported version date, package limited or package supported",
  ended: "package version date",
  limited: "package",
};

function parseAny(content: string): Parsed | null {
  const [name = "", state = "", ...rest] = content.split(/\s+/);
  if (state === "non-supported") return parseEnded([name, ...rest].join(" "));
  if (state !== "limited" && state !== "supported") return null;
  return { package: name, state, version: null, date: null, note: wordsOf(rest) };
}

function parseEnded(content: string): Parsed | null {
  const [name = "", version = "", date = "", ...note] = content.split(/\s+/);
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return null;
  return { package: name, state: "ended", version, date, note: wordsOf(note) };
}

function parseLimited(content: string): Parsed {
  const [name = "", ...note] = content.split(/\s+/);
  return { package: name, state: "limited", version: null, date: null, note: wordsOf(note) };
}

function wordsOf(words: readonly string[]): string | null {
  return words.length === 0 ? null : words.join(" ").slice(0, 500);
}
