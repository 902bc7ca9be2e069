import { lineBatches } from "../../feed/lines.ts";
import { invalidContent } from "../../feed/place.ts";
import { releaseOfCodename } from "../../release.ts";
import type { Provider } from "../provider.ts";

/** The columns that are read. Ubuntu's list, which lies beside Debian's, has others. */
const columns = ["version", "codename", "series", "eol", "eol-lts"] as const;

/** How long Debian's releases are supported: `debian.csv` of Debian's package distro-info-data. */
export const debianLifetime: Provider = {
  format: "distro-info",
  recognises: (sample) => sample.form === "text" && isHead(sample.text.split("\n", 1)[0] ?? ""),
  begin({ origin: file, writer }) {
    let records = 0;
    return {
      async read({ name, ...document }) {
        const origin = writer.origin("distro-info", file);
        let head: readonly string[] | null = null;
        for await (const lines of lineBatches(document.bytes(), { file: name })) {
          for (const { text, line } of lines) {
            if (text.trim() === "") continue;
            const values = text.trim().split(",");
            if (head === null) {
              head = values;
              continue;
            }
            const of = (column: (typeof columns)[number]) => values[head?.indexOf(column) ?? -1] ?? "";
            const [series, eol, lts] = [of("series"), of("eol"), of("eol-lts")];
            if (series === "" || ![eol, lts].every((date) => date === "" || /^\d{4}-\d\d-\d\d$/.test(date))) {
              throw invalidContent({ file: name, line }, `not a release with dates: ${text.slice(0, 100)}`);
            }
            writer.record(origin, null);
            records++;
            if (eol === "" && lts === "") continue;
            writer.lifetime({ release: releaseOfCodename(series), origin, eol: eol || null, lts: lts || null });
          }
        }
      },
      finish: () => ({ used: true, records }),
    };
  },
};

function isHead(line: string): boolean {
  const names = line.trim().split(",");
  return columns.every((column) => names.includes(column));
}
