import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { loadCatalog } from "../../src/catalog/catalog.ts";
import { candidatesFor } from "../../src/flow/image/build-many.ts";
import { hardpan, hardpanJson, type Json, root, sharedCache } from "../support/cli.ts";
import { long, missingNetwork, newFolder, removeFolder, thorough, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const nobody = { HARDPAN_DEBIAN_MIRROR: "http://127.0.0.1:9/debian", npm_config_registry: "http://127.0.0.1:9/" };

const catalog = await loadCatalog(join(root, "catalog"));
const every = (await candidatesFor([], { library: { catalog: async () => catalog } })).map(({ name }) => name);
/** One with content of the npm registry, one with apt and dpkg's own database, and one in FIPS mode. */
const some = ["node:24-debian13", "debian-base:trixie-debian13-dev", "python:3.13-debian13-fips"];
const which = thorough ? "every image of the catalogue" : "three images (every one with HARDPAN_TEST_ALL=1)";

describe.skipIf(missing !== null)(titled(`built again from its lock in an empty cache: ${which}`, missing), () => {
  let folder = "";
  const at = (...names: readonly string[]) => join(folder, ...names);

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    await mkdir(at("inputs", "sha256"), { recursive: true });
  }, long);
  afterEach(async () => {
    for (const name of ["empty", "before"]) await rm(at(name), { recursive: true, force: true });
  });
  afterAll(async () => await removeFolder(folder));

  it("finds the images of the catalogue", () => {
    expect(every).toEqual(expect.arrayContaining(some));
    expect(every.length).toBeGreaterThan(40);
  });

  it.each(thorough ? every : some)(
    "%s is the same image for both platforms, with nothing at hand but its inputs",
    async (name) => {
      const lockFile = at("lock.json");
      await hardpanJson(["lock", name, "--output", lockFile]);
      const build = ["build", name, "--lock-file", lockFile];
      const before = await hardpanJson(build);
      await collectInputs(lockFile, at("inputs", "sha256"));
      const elsewhere = { cache: at("empty"), environment: { ...nobody, HARDPAN_INPUT_MIRROR: at("inputs") } };
      const again = await hardpanJson(build, elsewhere);
      if (again.digest !== before.digest) {
        await hardpanJson([...build, "--output", `oci-dir://${at("before")}:before`]);
        const { stdout, stderr } = await hardpan([...build, "--expect", `oci-dir://${at("before")}#before`], elsewhere);
        throw new Error(`${name} is another image than before:\n${stdout}${stderr}`);
      }
      const digests = ({ platforms }: Json) => platforms.map(({ platform, digest }: Json) => `${platform} ${digest}`);
      expect(digests(again)).toEqual(digests(before));
      expect(digests(again)).toHaveLength(2);
    },
    long,
  );
});

/** Puts all that a lock names and the shared cache has into an input mirror's folder. */
async function collectInputs(lockFile: string, mirror: string): Promise<void> {
  const named = new Set((await readFile(lockFile, "utf8")).match(/\b[0-9a-f]{64}\b/g));
  for (const sha256 of named) {
    const blob = join(sharedCache, "hardpan", "blobs", sha256.slice(0, 2), sha256);
    await symlink(blob, join(mirror, sha256)).catch(ignoreExisting);
  }
}

function ignoreExisting(cause: NodeJS.ErrnoException): void {
  if (cause.code !== "EEXIST") throw cause;
}
