import { lifetimeReader } from "../../../debian/lifetime.ts";
import { lineBatches } from "../../feed/lines.ts";
import { invalidContent } from "../../feed/place.ts";
import { releaseOfCodename } from "../../release.ts";
import type { Provider } from "../provider.ts";

/** How long Debian's releases are supported: `debian.csv` of Debian's package distro-info-data. */
export const debianLifetime: Provider = {
  format: "distro-info",
  recognises: (sample) => sample.form === "text" && lifetimeReader(sample.text.split("\n", 1)[0] ?? "") !== null,
  begin({ origin: file, writer }) {
    let records = 0;
    return {
      async read({ name, ...document }) {
        const origin = writer.origin("distro-info", file);
        let read: ReturnType<typeof lifetimeReader> = null;
        for await (const lines of lineBatches(document.bytes(), { file: name })) {
          for (const { text, line } of lines) {
            if (text.trim() === "") continue;
            if (read === null) {
              read = lifetimeReader(text);
              continue;
            }
            const lifetime = read(text);
            if (lifetime === null) {
              throw invalidContent({ file: name, line }, `not a release with dates: ${text.slice(0, 100)}`);
            }
            writer.record(origin, null);
            records++;
            const { series, eol, lts } = lifetime;
            if (eol === null && lts === null) continue;
            writer.lifetime({ release: releaseOfCodename(series), origin, eol, lts });
          }
        }
      },
      finish: () => ({ used: true, records }),
    };
  },
};
