import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildFromCatalog } from "../../src/flow/build.ts";
import { type TestArchive, testKey } from "../support/debian-archive.ts";
import { flowPorts } from "../support/flow.ts";

/** Builds `small:1` in a process of its own and prints the digest; its argument is JSON. */
const { archive: directory, catalog, cache, uid, umask } = JSON.parse(process.argv[2] ?? "{}");
const key = await testKey();
if (uid !== null) {
  process.setgid?.(uid);
  process.setuid?.(uid);
}
process.umask(umask);
const archive: TestArchive = {
  directory,
  mirrors: {
    main: [pathToFileURL(join(directory, "debian")).href],
    security: [pathToFileURL(join(directory, "debian-security")).href],
  },
  keyring: key.toPublic().write(),
  pins: [{ fingerprint: key.getFingerprint().toUpperCase(), name: "Test key" }],
  debs: [],
};
const built = await buildFromCatalog(
  { kind: "image", name: "small:1", platforms: [], locked: null },
  await flowPorts({ archive, catalog, cache }),
);
process.stdout.write(`${built.index.index.descriptor.digest}\n`);
