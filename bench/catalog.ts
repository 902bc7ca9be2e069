import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkResult } from "./catalog/check.ts";
import { listResults } from "./catalog/list.ts";
import { readingResult } from "./catalog/reading.ts";
import { unchangedResults } from "./catalog/unchanged.ts";
import { updateResults } from "./catalog/update.ts";
import { report } from "./support/measure.ts";

/**
 * Budgets of whole catalogues. Of one as large as the public one, 2,582 definitions, made here:
 * - reading it, from disk and with every check: at most 0.7 × what the yaml package takes to parse the texts alone
 * - the whole command `catalog check`, with the archive's indices at hand and nothing read before: at most 6 s
 * - `catalog list` and `catalog show` of 200 of its definitions, read before: at most 1 s each
 *
 * Of our own, all images for both platforms:
 * - layers stored, each once: at most 0.6 × the sum of the images' sizes
 * - the whole command `build --all` when nothing has changed: at most 1.5 s
 * - after an update of one package: exactly the images that have it are built again; the whole run takes at most 2 ×
 *   hashing the layers of these images
 */
const scratch = await mkdtemp(join(tmpdir(), "hardpan-bench-"));
try {
  report(await readingResult(scratch));
  report(...(await unchangedResults()));
  report(await checkResult(scratch));
  report(...(await listResults(scratch)));
  for (const name of ["libexpat1", "zlib1g"]) report(...(await updateResults(name, scratch)));
} finally {
  await rm(scratch, { recursive: true, force: true });
}
