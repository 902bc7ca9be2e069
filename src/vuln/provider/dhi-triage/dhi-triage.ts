import { z } from "zod";
import { invalidContent } from "../../feed/place.ts";
import { firstRecord, recordsOf } from "../../feed/records.ts";
import { releaseOfCodename } from "../../release.ts";
import type { Provider } from "../provider.ts";

const statement = z.object({
  ns: z.string(),
  name: z.string(),
  distro: z.string().nullish(),
  cve: z.string(),
  status: z.string(),
  justification: z.string().nullish(),
  notes: z.string().nullish(),
  ts: z.string(),
});

/**
 * Debian packages in statements of Docker Hardened Images, as an array of `{ns, name, version, distro, cve, status,
 * justification, notes, ts}`. Those that say `no-dsa` repeat a decision of Debian's security team on a source package, and
 * that is used: where the tracker itself cannot be reached, nothing else tells it. All others speak of those images.
 */
export const dhiTriage: Provider = {
  format: "DHI statements on Debian",
  recognises: (sample) => statement.safeParse(firstRecord(sample)).success,
  begin({ origin: file, writer }) {
    const count = { records: 0, used: 0 };
    return {
      async read(document) {
        const origin = writer.origin("dhi-debian-triage", file);
        for await (const { value, place } of recordsOf(document)) {
          const parsed = statement.safeParse(value);
          if (!parsed.success)
            throw invalidContent(place, "not a statement {ns, name, distro, cve, status, notes, ts}");
          count.records++;
          const { name, distro, cve, notes, ts } = parsed.data;
          writer.record(origin, ts);
          if (!repeatsTriage(parsed.data) || distro == null || distro === "") continue;
          count.used++;
          writer.debian({
            package: name,
            release: releaseOfCodename(distro),
            vulnerability: cve,
            origin,
            record: cve,
            kind: "triage",
            state: "open",
            introduced: null,
            fixed: null,
            released: null,
            urgency: null,
            triage: "no-dsa",
            date: ts.slice(0, 10),
            note: notes ?? null,
          });
        }
      },
      finish: () => ({ used: true, records: count.records, notes: notesOn(count) }),
    };
  },
};

function repeatsTriage({ ns, status, justification, notes }: z.infer<typeof statement>): boolean {
  return (
    ns === "debian" &&
    status === "not_affected" &&
    justification === "vulnerable_code_cannot_be_controlled_by_adversary" &&
    /\bno-dsa\b/i.test(notes ?? "")
  );
}

function notesOn({ records, used }: { readonly records: number; readonly used: number }): readonly string[] {
  const rest = records - used;
  return rest === 0 ? [] : [`${rest} of them speak of certain images, not of Debian's decisions, and are not used`];
}
