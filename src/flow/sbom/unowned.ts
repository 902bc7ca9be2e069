import { printable } from "../../sbom/list.ts";
import type { ImageIdentity, Sbom } from "../../sbom/model.ts";

/** The files of an image that no package owns, as `hardpan sbom --unowned --json` prints them. */
export interface UnownedReport {
  readonly schema: "hardpan/sbom-unowned/1";
  readonly image: ImageIdentity;
  readonly files: number;
  /** Of regular files. */
  readonly bytes: number;
  /** Sorted, without leading slash; none of a bill that was written already, which has their number alone. */
  readonly paths: readonly string[];
}

/** What `sbom` says of files without a package, as data. */
export function unownedReport({ image, unowned }: Sbom): UnownedReport {
  const { files, bytes, paths } = unowned;
  return { schema: "hardpan/sbom-unowned/1", image, files, bytes, paths };
}

/** The same as text: a path a line, then how many there are. */
export function renderUnowned({ unowned }: Sbom): string {
  const { files, bytes, paths } = unowned;
  const more = files > paths.length ? [`… and ${files - paths.length} more`] : [];
  const count = files === 1 ? "1 file" : `${files} files`;
  return `${[...paths.map((path) => `/${printable(path)}`), ...more, `${count} without a package, ${bytes} bytes`].join("\n")}\n`;
}
