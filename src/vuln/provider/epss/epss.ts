import { lineBatches } from "../../feed/lines.ts";
import { invalidContent } from "../../feed/place.ts";
import type { Provider } from "../provider.ts";

/** One line: a CVE, the probability of exploitation and the share of CVEs with at most that probability. */
const row = /^(CVE-\d{4}-\d{4,19})[;,]([01](?:\.\d{1,30})?(?:e-\d\d?)?)[;,]([01](?:\.\d{1,30})?(?:e-\d\d?)?)\s*$/i;

/**
 * FIRST's probabilities of exploitation (EPSS) as comma-separated values, `cve,epss,percentile`, of the day that the line
 * before names (`#model_version:…,score_date:…`); the same without these two lines, and with semicolons.
 */
export const epss: Provider = {
  format: "EPSS",
  recognises(sample) {
    if (sample.form !== "text") return false;
    const [first = "", second = ""] = sample.text.trimStart().split("\n", 2);
    return isHead(first) || row.test(first) || (first.startsWith("#") && isHead(second));
  },
  begin({ origin: file, writer }) {
    let records = 0;
    return {
      async read(document) {
        const { name } = document;
        const origin = writer.origin("first-epss", file);
        let date: string | null = null;
        for await (const lines of lineBatches(document.bytes(), { file: name })) {
          for (const { text, line } of lines) {
            const [, vulnerability, score, percentile] = row.exec(text) ?? [];
            if (vulnerability === undefined) {
              if (text.startsWith("#")) date = /score_date:(\d{4}-\d\d-\d\d)/.exec(text)?.[1] ?? date;
              else if (text.trim() !== "" && !isHead(text)) {
                throw invalidContent({ file: name, line }, `not "cve,epss,percentile": ${text.slice(0, 100)}`);
              }
              continue;
            }
            const numbers = { score: Number(score), percentile: Number(percentile) };
            if (numbers.score > 1 || numbers.percentile > 1) {
              throw invalidContent({ file: name, line }, `a probability above 1: ${text.slice(0, 100)}`);
            }
            writer.probability({ vulnerability: vulnerability.toUpperCase(), origin, ...numbers });
            writer.record(origin, date);
            records++;
          }
        }
      },
      finish: () => ({ used: true, records }),
    };
  },
};

function isHead(line: string): boolean {
  return /^(?:#model_version:|cve[;,]epss[;,]percentile)/i.test(line);
}
