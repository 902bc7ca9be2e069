import { z } from "zod";
import { jsonMemberBatches } from "../../feed/json-members.ts";
import { invalidContent } from "../../feed/place.ts";
import type { Provider } from "../provider.ts";
import { writeAnnouncement } from "./announcement.ts";

const advisory = z.object({
  id: z.string().regex(/^D(?:TS|S|L)A-\d+/),
  date: z.string().regex(/^\d{4}-\d\d-\d\d/),
  source: z.string(),
  cves: z.array(z.string()),
  rel: z.string(),
  pkg: z.string(),
});

/**
 * DSA and DLA announcements as an array of `{id, date, source, cves, rel, pkg}`. `pkg` is `source version`; it may go on with
 * the list lines of further releases (`[trixie] - source version`), which count as well.
 */
export const debianAdvisoryRows: Provider = {
  format: "DSA/DLA array",
  recognises: (sample) => sample.form === "array" && advisory.safeParse(sample.first).success,
  begin({ origin: file, writer }) {
    const seen = new Set<string>();
    return {
      async read({ name, ...document }) {
        const origin = writer.origin("debian-advisories", file);
        for await (const members of jsonMemberBatches(document.bytes(), { file: name })) {
          for (const { value, line } of members) {
            const place = { file: name, line };
            const parsed = advisory.safeParse(value);
            if (!parsed.success) throw invalidContent(place, "not an announcement {id, date, source, cves, rel, pkg}");
            const { id, date, cves, rel, pkg } = parsed.data;
            for (const fix of fixesOf(rel, pkg)) {
              if (fix === null) throw invalidContent(place, `${id}: pkg is not "source version": ${pkg.slice(0, 100)}`);
              writeAnnouncement({ id, date, cves, title: "", ...fix }, origin, writer);
            }
            if (!seen.has(id)) writer.record(origin, date);
            seen.add(id);
          }
        }
      },
      finish: () => ({ used: true, records: seen.size }),
    };
  },
};

interface Fix {
  readonly codename: string;
  readonly package: string;
  readonly version: string;
}

function fixesOf(release: string, text: string): readonly (Fix | null)[] {
  return `[${release}] - ${text}`.split(/\s+(?=\[[a-z]+\] - )/).map((piece) => {
    const match = /^\[([a-z]+)\] - (\S+) (\S+)$/.exec(piece.trim());
    const [, codename, name, version] = match ?? [];
    if (codename === undefined || name === undefined || version === undefined) return null;
    return { codename, package: name, version };
  });
}
