import { z } from "zod";
import { alpineKey } from "../../ecosystem.ts";
import { invalidContent } from "../../feed/place.ts";
import { firstRecord, hasKeys, recordsOf } from "../../feed/records.ts";
import type { IndexWriter } from "../../index/write.ts";
import type { Provider } from "../provider.ts";

const repository = z.object({
  distroversion: z.string(),
  reponame: z.string(),
  packages: z.array(
    z.object({ pkg: z.object({ name: z.string(), secfixes: z.record(z.string(), z.array(z.string()).nullish()) }) }),
  ),
});

/**
 * Alpine's security database: for one repository of one release, which version of each source package mended what. It lists
 * fixes only, and carries no date.
 */
export const alpineSecdb: Provider = {
  format: "Alpine secdb",
  recognises(sample) {
    const record = firstRecord(sample);
    return hasKeys(record, "distroversion", "reponame") && ("packages" in record || "apkurl" in record);
  },
  begin({ origin: file, writer }) {
    let records = 0;
    return {
      async read(document) {
        const origin = writer.origin("alpine-secdb", file);
        for await (const { value, place } of recordsOf(document)) {
          const parsed = repository.safeParse(value);
          if (!parsed.success) {
            const [problem] = parsed.error.issues;
            throw invalidContent(place, `not a repository: ${problem?.path.join(".")} ${problem?.message}`);
          }
          const ecosystem = alpineKey(parsed.data.distroversion);
          for (const { pkg } of parsed.data.packages) {
            for (const [version, texts] of Object.entries(pkg.secfixes)) {
              const fix = { ecosystem, package: pkg.name, version };
              for (const text of texts ?? []) records += writeFixed(fix, text, { origin, writer });
            }
          }
        }
      },
      finish: () => ({ used: true, records }),
    };
  },
};

interface Fix {
  readonly ecosystem: string;
  readonly package: string;
  readonly version: string;
}

/** Writes a row for each vulnerability that `text` names. Returns how many. */
function writeFixed(fix: Fix, text: string, to: { readonly origin: number; readonly writer: IndexWriter }): number {
  const { origin, writer } = to;
  const { vulnerabilities, aliases } = idsOf(text);
  for (const vulnerability of vulnerabilities) {
    writer.record(origin, null);
    // Version 0 says that the package never was affected.
    if (fix.version === "0") continue;
    const common = { vulnerability, origin, record: vulnerability, modified: "" };
    writer.affected({
      ...common,
      ecosystem: fix.ecosystem,
      package: fix.package,
      severity: null,
      ranges: [
        {
          events: [
            { kind: "introduced", version: "0" },
            { kind: "fixed", version: fix.version },
          ],
          bound: null,
        },
      ],
      versions: [],
    });
    if (aliases.length > 0) writer.advisory({ ...common, summary: null, aliases, cvss: [] });
  }
  return vulnerabilities.length;
}

/** Longest entry that is read, in characters. */
const entryLimit = 1000;

/**
 * What an entry of secfixes names: CVEs, or where there are none the first other id. `CVE-2024-1 GHSA-…` are one vulnerability
 * under two names; an advisory of Xen, GnuTLS and so on beside a CVE may speak of several and is none. Remarks in brackets
 * and what follows an id (`CVE-2021-1.patch`) do not count.
 */
export function idsOf(entry: string): {
  readonly vulnerabilities: readonly string[];
  readonly aliases: readonly string[];
} {
  const text = entry.slice(0, entryLimit).split("(")[0] ?? "";
  const cves = [...new Set(text.match(/CVE-\d{4}-\d{4,}/g))];
  const others = text.split(/\s+/).filter((word) => word.includes("-") && !word.startsWith("CVE-") && /\d/.test(word));
  if (cves.length === 0) return { vulnerabilities: others.slice(0, 1), aliases: [] };
  const aliases = others.filter((id) => /^(?:GHSA|ALPINE)-/.test(id));
  return { vulnerabilities: cves, aliases: cves.length === 1 ? aliases : [] };
}
