import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliResult, hardpan, hardpanJson, type Json } from "../support/cli.ts";
import { makeDebianArchive } from "../support/debian-archive.ts";
import { serveFolder } from "../support/serve-folder.ts";
import { type LyingMirror, startLyingMirror } from "./lying-mirror.ts";
import { cacheOfInputs, long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const platform = "linux/amd64";

describe.skipIf(missing !== null)(titled("an archive that cannot be trusted", missing), () => {
  let mirror: LyingMirror;
  let folder = "";
  let cache = "";
  let known: Json;
  const lockFile = () => join(folder, "new.lock.json");
  const from = (url: string, place = cache) => ({ cache: place, environment: { HARDPAN_DEBIAN_MIRROR: url } });
  const lock = async (url: string, place = cache) =>
    await hardpan(["lock", "node:24-debian13", "--platform", platform, "--output", lockFile()], from(url, place));

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    mirror = await startLyingMirror();
    const file = join(folder, "known.lock.json");
    known = await hardpanJson(["lock", "node:24-debian13", "--platform", platform, "--output", file]);
    cache = await cacheOfNode("cache");
  }, long);
  afterAll(async () => {
    await mirror?.[Symbol.asyncDispose]();
    await removeFolder(folder);
  });

  /** A cache that has Node, and nothing of Debian's. */
  async function cacheOfNode(name: string): Promise<string> {
    const { npm } = known.platforms[platform];
    return await cacheOfInputs({ platforms: { [platform]: { packages: [], npm } } }, join(folder, name));
  }

  /** Expects a failure that names `what`, with nothing written. */
  async function expectRefusal({ exitCode, stderr, stdout }: CliResult, what: RegExp): Promise<void> {
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(what);
    expect(stderr).toMatch(/^error: [\s\S]*\nhint: .*\n\([A-Z]+_[A-Z_]+/m);
  }

  it(
    "with a flipped byte in InRelease is refused",
    async () => {
      mirror.lie = /\/trixie\/InRelease$/;
      await expectRefusal(await lock(mirror.url), /InRelease[\s\S]*\(APT_/);
      expect(mirror.lies.length).toBeGreaterThan(0);
    },
    long,
  );

  it(
    "with a flipped byte in an index is refused",
    async () => {
      mirror.lie = /\/trixie\/.*(Packages|by-hash)/;
      await expectRefusal(await lock(mirror.url), /Packages[\s\S]*\((APT|HTTP)_/);
    },
    long,
  );

  it.each([
    ["signed by a key that is not Debian's", undefined, /\b[0-9A-F]{16}[\s\S]*\(APT_KEY_UNKNOWN/],
    ["without a signature", "none" as const, /InRelease[\s\S]*\(APT_UNSIGNED/],
  ])(
    "%s is refused",
    async (name, key, what) => {
      const directory = join(folder, name);
      await mkdir(directory);
      const date = new Date().toISOString();
      await makeDebianArchive({ directory, packages: [], date, ...(key === undefined ? {} : { key }) });
      const server = await serveFolder(directory);
      try {
        await expectRefusal(await lock(`${server.url}/debian`, await cacheOfNode(`cache ${name}`)), what);
      } finally {
        await server.close();
      }
    },
    long,
  );

  it("leaves no lock when it is refused", async () => {
    expect(await readdir(folder)).not.toContain("new.lock.json");
  });

  it(
    "is taken again on the next run, once it is right",
    async () => {
      mirror.lie = null;
      expect(await lock(mirror.url)).toMatchObject({ exitCode: 0 });
    },
    long,
  );

  it(
    "with a flipped byte in a package is refused, and right again builds the same image",
    async () => {
      const build = [
        "build",
        "node:24-debian13",
        "--platform",
        platform,
        "--lock-file",
        join(folder, "known.lock.json"),
      ];
      const output = ["--output", `oci-dir://${join(folder, "written", "layout")}`];
      mirror.lie = /\/netbase_[^/]*\.deb$/;
      const flipped = await hardpan([...build, ...output, "--json"], from(mirror.url));
      const { digest } = await hardpanJson(build);
      // Where the snapshot service can be reached, it is asked in the mirror's place.
      if (flipped.exitCode === 0) expect(JSON.parse(flipped.stdout).digest).toBe(digest);
      else {
        await expectRefusal(flipped, /netbase[\s\S]*\((HTTP|CACHE|APT)_/);
        expect(await readdir(join(folder, "written")).catch(() => [])).toEqual([]);
      }
      expect(mirror.lies.some((path) => path.includes("netbase"))).toBe(true);
      mirror.lie = null;
      expect((await hardpanJson([...build, ...output], from(mirror.url))).digest).toBe(digest);
    },
    long,
  );
});
