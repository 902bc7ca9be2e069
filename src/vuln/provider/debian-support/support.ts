import {
  parseSupportLine,
  type SupportListKind,
  supportLineForms,
  supportListKind,
  supportListRelease,
} from "../../../debian/security-support.ts";
import { lineBatches } from "../../feed/lines.ts";
import { invalidContent } from "../../feed/place.ts";
import { supportedReleases } from "../../release.ts";
import type { Provider } from "../provider.ts";

/**
 * The lists of Debian's package debian-security-support. The release is in the file's name only, `….deb12`; the list of limited
 * support alone has mostly none and is then one for all releases that have support.
 */
export const debianSupport: Provider = {
  format: "debian-security-support",
  recognises: (sample) => sample.form === "text" && supportListKind(sample.text) !== null,
  begin({ origin: file, writer }) {
    const count = { lists: 0, records: 0 };
    const nameless: string[] = [];
    return {
      async read({ name, sample, ...document }) {
        const kind = sample.form === "text" ? supportListKind(sample.text) : null;
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
            const parsed = parseSupportLine(content, kind);
            if (parsed === null) {
              throw invalidContent({ file: name, line }, `not "${supportLineForms[kind]}": ${content.slice(0, 100)}`);
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

function releasesOf(name: string, kind: SupportListKind | null): readonly string[] {
  const release = supportListRelease(name);
  if (release !== null) return [release];
  return kind === "limited" ? supportedReleases : [];
}
