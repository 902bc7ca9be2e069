import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateKeyPair } from "../../../src/attest/key/generate.ts";
import { readPrivateKey, readPublicKey } from "../../../src/attest/key/read.ts";
import { sealWith, unsealUnchecked, unsealWith } from "../../../src/flow/db/seal.ts";
import { type ImportBundleOptions, importBundle } from "../../../src/vuln/bundle/read.ts";
import { writeBundle } from "../../../src/vuln/bundle/write.ts";
import { importAdvisories } from "../../../src/vuln/import.ts";
import { openAdvisoryIndex } from "../../../src/vuln/index/read.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { feedFolder, lines, now, osvDebian } from "../examples.ts";

/** A feed in which bash is fixed in `fixed`, as of `modified`. */
export const feed = (fixed: string, modified = "2026-01-10T00:00:00Z") =>
  lines(osvDebian("CVE-2026-0001", { bash: fixed }, { modified }), osvDebian("CVE-2026-0002", { dash: null }));

/** An index of `feed(fixed, modified)`. */
export async function makeIndex(fixed: string, modified?: string): Promise<string> {
  const path = join(await temporaryFolder(), "index.sqlite");
  await importAdvisories([await feedFolder({ "a.ndjson": feed(fixed, modified) })], path, { now });
  return path;
}

/** A pair of keys, read. */
export function makeKeys() {
  const pair = generateKeyPair();
  return {
    id: pair.id,
    privateKey: readPrivateKey(Buffer.from(pair.privateKey), "test.key"),
    publicKey: readPublicKey(Buffer.from(pair.publicKey), "test.pub"),
  };
}

/** A signed bundle, and an index that knows an older fix of bash. */
export async function setup(versions: { readonly here?: string; readonly bundle?: string } = {}) {
  const keys = makeKeys();
  const file = join(await temporaryFolder(), "advisories.bundle");
  const index = await makeIndex("2.0-1", versions.bundle);
  const into = await makeIndex("1.0-1", versions.here);
  const description = await writeBundle(index, file, { seal: sealWith(keys.privateKey), now });
  const before = await readFile(into);
  return {
    ...{ keys, file, index, into, description, before },
    bytes: await readFile(file),
    take: async (options: Partial<ImportBundleOptions> = {}) =>
      await importBundle(file, into, { unseal: unsealWith([keys.publicKey], file), allowOlder: false, ...options }),
    unchecked: unsealUnchecked(file),
    change: async (bytes: Uint8Array) => await writeFile(file, bytes),
    fixes() {
      const opened = openAdvisoryIndex(into);
      const found = opened.debian("bash", "12").map((row) => row.fixed);
      opened.close();
      return found;
    },
  };
}
