import { z } from "zod";
import { invalidContent } from "../../feed/place.ts";
import { hasKeys, wholeObject } from "../../feed/records.ts";
import type { Provider } from "../provider.ts";

const date = z.string().regex(/^\d{4}-\d\d-\d\d$/);

const catalogue = z.object({
  dateReleased: z.string().nullish(),
  vulnerabilities: z.array(
    z.object({
      cveID: z.string(),
      dateAdded: date,
      dueDate: date.nullish().catch(null),
      knownRansomwareCampaignUse: z.string().nullish(),
    }),
  ),
});

/** CISA's catalogue of known exploited vulnerabilities. */
export const kev: Provider = {
  format: "KEV",
  recognises: (sample) => sample.form === "object" && hasKeys(Object.fromEntries(sample.members), "catalogVersion"),
  begin({ origin: file, writer }) {
    let records = 0;
    return {
      async read(document) {
        const parsed = catalogue.safeParse(await wholeObject(document));
        if (!parsed.success) {
          const [problem] = parsed.error.issues;
          const where = `${problem?.path.join(".")} ${problem?.message}`;
          throw invalidContent({ file: document.name, line: 1 }, `not the catalogue: ${where}`);
        }
        const { dateReleased, vulnerabilities } = parsed.data;
        const origin = writer.origin("cisa-kev", file);
        for (const { cveID, dateAdded, dueDate, knownRansomwareCampaignUse } of vulnerabilities) {
          const ransomware = knownRansomwareCampaignUse?.toLowerCase() === "known";
          writer.exploited({ vulnerability: cveID, origin, added: dateAdded, due: dueDate ?? null, ransomware });
          writer.record(origin, dateReleased ?? dateAdded);
        }
        records += vulnerabilities.length;
      },
      finish: () => ({ used: true, records }),
    };
  },
};
