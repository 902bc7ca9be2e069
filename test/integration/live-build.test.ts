import { execFileSync } from "node:child_process";
import { chmod, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliOptions, hardpanJson, type Json, root } from "../support/cli.ts";
import { has } from "../support/program.ts";
import { digestsOfGzip, layerEntries, readLayoutOnDisk } from "./layout-on-disk.ts";
import { cacheOfInputs, long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const stranger = 65_534;

describe.skipIf(missing !== null)(titled("a build from the live archive", missing), () => {
  let folder = "";
  let lock: Json;
  let built: Json;
  const at = (name: string) => join(folder, name);
  const build = ["build", "node:24-debian13", "--lock-file"];

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    await chmod(folder, 0o755);
    await hardpanJson(["lock", "node:24-debian13", "--output", at("node.lock.json")]);
    lock = JSON.parse(await readFile(at("node.lock.json"), "utf8"));
    built = await hardpanJson([...build, at("node.lock.json"), "--output", `oci-dir://${at("layout")}`]);
  }, long);
  afterAll(async () => await removeFolder(folder));

  it("locks every input with version, SHA-256 and origin, from the release, its updates and security", () => {
    expect(lock.releases.map(({ suite }: Json) => suite)).toEqual(
      expect.arrayContaining(["trixie", "trixie-updates", "trixie-security"]),
    );
    expect(Object.keys(lock.platforms).sort()).toEqual(["linux/amd64", "linux/arm64"]);
    for (const { packages, npm } of Object.values<Json>(lock.platforms)) {
      expect(packages.map(({ name }: Json) => name)).toEqual(
        expect.arrayContaining(["base-files", "ca-certificates", "libc6", "libstdc++6", "netbase", "tzdata"]),
      );
      for (const item of packages) {
        expect(item).toMatchObject({
          version: expect.stringMatching(/^\d/),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          suite: expect.stringMatching(/^debian:trixie/),
        });
      }
      expect(npm).toMatchObject([
        { integrity: expect.stringMatching(/^sha512-/), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ]);
      expect(["equals official release", "not compared"]).toContain(npm[0].comparedWithOfficial);
    }
  });

  it("takes one Node version for all platforms", () => {
    const versions = Object.values<Json>(lock.platforms).map(({ npm }) => npm[0].version);
    expect(versions).toEqual([versions[0], versions[0]]);
    expect(versions[0]).toMatch(/^24\.\d+\.\d+$/);
    expect(built.tags).toContain(`${versions[0]}-debian13`);
  });

  it("gives the same digest again from the same lock", async () => {
    expect(identity(await hardpanJson([...build, at("node.lock.json")]))).toEqual(identity(built));
  });

  const differently = strangerCanRun() ? ", and as another user" : " (as the same user: needs root and setpriv)";
  it(
    `gives the same digest on an empty cache, offline, in another time zone, locale and umask${differently}`,
    async () => {
      const owner = strangerCanRun() ? stranger : null;
      const cache = await cacheOfInputs(lock, await newFolder(), owner);
      const elsewhere: CliOptions = {
        cache,
        wrapper: [...asStranger(owner), "sh", "-c", 'umask 077; exec "$@"', "sh"],
        environment: { TZ: "Asia/Kolkata", LC_ALL: "de_DE.UTF-8", LANG: "de_DE.UTF-8", HOME: cache, TMPDIR: cache },
      };
      try {
        const again = await hardpanJson([...build, at("node.lock.json"), "--offline"], elsewhere);
        expect(identity(again)).toEqual(identity(built));
        const record = await stat(join(cache, "hardpan", "records"));
        expect({ mode: record.mode & 0o777, uid: record.uid }).toEqual({
          mode: 0o700,
          uid: owner ?? process.getuid?.(),
        });
      } finally {
        await removeFolder(cache);
      }
    },
    long,
  );

  it("names both platforms, in index and configuration alike", async () => {
    const { top, images } = await readLayoutOnDisk(at("layout"));
    expect(top.manifests[0]).toMatchObject({
      digest: built.digest,
      annotations: { "org.opencontainers.image.ref.name": "24-debian13" },
    });
    expect(images.map(({ platform, digest }) => ({ platform, digest }))).toEqual(
      built.platforms.map(({ platform, digest }: Json) => ({ platform, digest })),
    );
    for (const { platform, config } of images) expect(`${config.os}/${config.architecture}`).toBe(platform);
  });

  it("has layers whose digests and diffIDs are those of their bytes", async () => {
    const { images } = await readLayoutOnDisk(at("layout"));
    for (const { layers, manifest, config } of images) {
      const digests = await Promise.all(layers.map(digestsOfGzip));
      expect(digests.map(({ packed }) => packed)).toEqual(manifest.layers.map(({ digest }: Json) => digest));
      expect(digests.map(({ unpacked }) => unpacked)).toEqual(config.rootfs.diff_ids);
    }
  }, 120_000);

  it.each([
    ["linux/amd64", "x86_64-linux-gnu", 62],
    ["linux/arm64", "aarch64-linux-gnu", 183],
  ])(
    "holds programs for %s",
    async (platform, triplet, machine) => {
      const { images } = await readLayoutOnDisk(at("layout"));
      const layers = images.find((image) => image.platform === platform)?.layers ?? [];
      const programs = ["usr/local/bin/node", `usr/lib/${triplet}/libc.so.6`];
      const entries = await layerEntries(layers, (path) => programs.includes(path));
      for (const program of programs) {
        const content = entries.get(program)?.content ?? Buffer.alloc(0);
        expect(content.subarray(0, 4)).toEqual(Buffer.from("\u007fELF"));
        expect({ program, machine: content.readUInt16LE(18) }).toEqual({ program, machine });
      }
      const unwanted = [...entries.keys()].filter((path) =>
        /(^|\/)(bash|dash|sh|apt|apt-get|dpkg|npm|npx)$/.test(path),
      );
      expect(unwanted.filter((path) => /(^|\/)s?bin\//.test(path))).toEqual([]);
    },
    120_000,
  );

  it("leaves nothing but the layout where it wrote", async () => {
    expect((await readdir(folder)).sort()).toEqual(["layout", "node.lock.json"]);
  });
});

function identity({ digest, platforms }: Json): Json {
  return { digest, platforms };
}

/** Whether the user without name can read the project and start this Node, and we may become it. */
function strangerCanRun(): boolean {
  if (process.getuid?.() !== 0 || !has("setpriv")) return false;
  const [program = "", ...args] = asStranger(stranger);
  try {
    execFileSync(program, [...args, process.execPath, "--check", join(root, "bin", "hardpan.js")], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function asStranger(id: number | null): readonly string[] {
  return id === null ? [] : ["setpriv", `--reuid=${id}`, `--regid=${id}`, "--clear-groups"];
}
