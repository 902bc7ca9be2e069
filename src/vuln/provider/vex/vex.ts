import { createHash } from "node:crypto";
import { firstRecord, hasKeys, wholeBytes } from "../../feed/records.ts";
import type { Sample } from "../../feed/sample.ts";
import { readVex } from "../../vex/read.ts";
import type { Provider, ReadOutcome } from "../provider.ts";

/** Largest document, in bytes. */
const documentLimit = 64 * 2 ** 20;

/** Who speaks for Docker Hardened Images, as they name themselves. Nothing proves it: a feed is what the user took it for. */
const dhi = /\bDocker Hardened Images\b|@docker\.com\b/i;

/**
 * VEX documents of any format that `readVex` reads. Each statement is written under the vulnerability's id and the CVEs that
 * are other names of it; the source is `vex-dhi` for those of Docker Hardened Images, else `vex`.
 */
export const vex: Provider = {
  format: "VEX",
  recognises,
  begin({ origin: file, writer }) {
    // Feeds repeat a statement in the document of each image and in one of all.
    const seen = new Set<string>();
    const problems: string[] = [];
    let records = 0;
    return {
      async read(document) {
        const read = readVex(await wholeBytes(document, documentLimit), document.name);
        problems.push(...read.problems.map((problem) => `${document.name}: ${problem}`));
        for (const statement of read.statements) {
          const { id, aliases } = statement.vulnerability;
          const said = createHash("sha256")
            .update(JSON.stringify({ ...statement, document: "" }))
            .digest("base64");
          if (seen.has(said)) continue;
          seen.add(said);
          const origin = writer.origin(dhi.test(statement.author) ? "vex-dhi" : "vex", file);
          for (const vulnerability of new Set([id, ...aliases.filter((alias) => alias.startsWith("CVE-"))])) {
            writer.statement({ vulnerability, origin, statement });
          }
          writer.record(origin, statement.timestamp);
          records++;
        }
      },
      finish: () => outcomeOf(records, problems),
    };
  },
};

/** OpenVEX by its context, CSAF by its version, CycloneDX where it is said to have vulnerabilities. */
function recognises(sample: Sample): boolean {
  if (sample.form !== "object") return false;
  const found = firstRecord(sample);
  if (!hasKeys(found)) return false;
  const context = found["@context"];
  if (typeof context === "string" && context.startsWith("https://openvex.dev/ns")) return true;
  const { document } = found;
  if (hasKeys(document, "csaf_version")) return true;
  return found["bomFormat"] === "CycloneDX" && "vulnerabilities" in found;
}

/** How many problems a report names. */
const namedProblems = 5;

function outcomeOf(records: number, problems: readonly string[]): ReadOutcome {
  if (records === 0) return { used: false, reason: "VEX without statements" };
  const notes = problems.slice(0, namedProblems);
  const more = problems.length - notes.length;
  return { used: true, records, notes: more === 0 ? notes : [...notes, `${more} more problems of this kind`] };
}
