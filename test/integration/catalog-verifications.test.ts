import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { execute, hardpan, hardpanJson, type Json } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { engineKinds, podmanSettings } from "../support/engines.ts";
import { has } from "../support/program.ts";
import { long, missingNetwork, newFolder, removeFolder, thorough, titled } from "./shared.ts";

const network = await missingNetwork();
const missing = network ?? (dockerProgram === null ? "needs a docker engine" : null);
const whole = thorough ? null : "takes most of an hour: runs with HARDPAN_TEST_ALL=1";

/** What is looked at where not everything is: a service with a volume, and one that answers HTTP. */
const some = ["valkey:8.1-debian13", "nginx:1.26-debian13"];
const ten = [
  ...some,
  ...["haproxy:3.0-debian13", "httpd:2.4-debian13", "memcached:1-debian13", "mosquitto:2.0-debian13"],
  ...["node:24-debian13", "postgres:17-debian13", "python:3.13-debian13", "redis:8.0-debian13"],
];
const checked = thorough ? ten : some;

/** The report of `hardpan check`, with what failed in it where something did. */
async function check(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Json> {
  const { stdout, stderr, exitCode } = await hardpan(["check", ...args, "--json"], { environment });
  if (exitCode !== 0) throw new Error(`hardpan check ended with ${exitCode}:\n${stderr}\n${stdout.slice(0, 20_000)}`);
  return JSON.parse(stdout);
}

const references = checked.map((name) => `catalog://${name}`);

describe.skipIf(missing !== null)(titled("the run verifications of the catalogue in Docker", missing), () => {
  it.skipIf(!thorough)(
    titled("pass for every image that has one", whole),
    async () => {
      const { images, summary } = await check(["--all"]);
      expect(images.length).toBeGreaterThanOrEqual(200);
      expect(summary).toMatchObject({ failed: 0, passed: images.length - summary.skipped });
      const skipped: readonly Json[] = images.filter(({ result }: Json) => result === "skipped");
      expect(skipped.filter(({ image }) => !image.reference.startsWith("catalog://static:"))).toEqual([]);
    },
    8 * long,
  );

  it(
    `pass on a read-only root without any capability: ${checked.join(", ")}`,
    async () => {
      const { summary } = await check([...references, "--engine", "docker", "--read-only", "--cap-drop", "ALL"]);
      expect(summary).toMatchObject({ passed: checked.length, failed: 0, skipped: 0 });
    },
    long,
  );
});

const noPodman = network ?? engineKinds.find(({ kind }) => kind === "podman")?.missing ?? null;

describe.skipIf(noPodman !== null)(titled("the run verifications of the catalogue in Podman", noPodman), () => {
  const settings = podmanSettings();
  afterAll(settings.remove);

  it.each([
    ["as they are", []],
    ["on a read-only root without any capability", ["--read-only", "--cap-drop", "ALL"]],
  ])(
    `pass %s: ${checked.join(", ")}`,
    async (_how, options) => {
      const { summary } = await check([...references, "--engine", "podman", ...options], {
        CONTAINERS_CONF: settings.file,
      });
      expect(summary).toMatchObject({ passed: checked.length, failed: 0, skipped: 0 });
    },
    long,
  );
});

const emulator = "qemu-aarch64-static";
const noEmulator = missing ?? (has(emulator) ? null : `needs ${emulator}`) ?? whole;

describe.skipIf(noEmulator !== null)(titled("programs of arm64 images under qemu-user", noEmulator), () => {
  const docker = openDocker();
  let folder = "";
  beforeAll(async () => {
    folder = await newFolder();
  });
  afterEach(async () => await rm(join(folder, "root"), { recursive: true, force: true }));
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
    await removeFolder(folder);
  }, 60_000);

  it.each([
    ["bash:5-debian13", ["usr/bin/bash", "-c", "echo $((6 * 7)) $MACHTYPE"], /^42 aarch64/],
    ["curl:8-debian13", ["usr/bin/curl", "--version"], /^curl 8\.\S+ \(aarch64-/],
    ["golang:1.26-debian13", ["usr/lib/go-1.26/bin/go", "version"], /linux\/arm64$/m],
    ["lua:5.4-debian13", ["usr/bin/lua5.4", "-e", "print(6 * 7)"], /^42$/m],
    ["nginx:1.26-debian13", ["usr/sbin/nginx", "-V"], /^nginx version: nginx\/1\.26/m],
    ["node:24-debian13", ["usr/local/bin/node", "-p", "process.arch + 6 * 7"], /^arm6442$/m],
    ["perl:5.40-debian13", ["usr/bin/perl", "-MConfig", "-e", "print $Config{archname}, 6 * 7"], /^aarch64.*42$/],
    ["php:8.4-debian13", ["usr/bin/php8.4", "-r", "echo php_uname('m'), 6 * 7;"], /^aarch6442$/],
    ["postgres:17-debian13", ["usr/lib/postgresql/17/bin/postgres", "--version"], /PostgreSQL\) 17\./],
    [
      "python:3.13-debian13",
      ["usr/bin/python3.13", "-c", "import hashlib, ssl, sqlite3, platform; print(platform.machine(), 6 * 7)"],
      /^aarch64 42$/m,
    ],
    ["redis:8.0-debian13", ["usr/bin/redis-server", "--version"], /^Redis server v=8\..* bits=64/],
    ["ruby:3.3-debian13", ["usr/bin/ruby3.3", "-e", "puts RUBY_PLATFORM, 6 * 7"], /^aarch64-linux-gnu\n42$/m],
  ])(
    "%s: %j",
    async (reference, [program = "", ...args], output) => {
      const root = join(folder, "root");
      await unpack(reference, root);
      const command = [emulator, "-L", root, join(root, program), ...args];
      expect(await execute("sh", ["-c", 'exec "$0" "$@" 2>&1', ...command])).toMatch(output);
    },
    long,
  );

  /** Unpacks the image for arm64 into `target`. */
  async function unpack(reference: string, target: string): Promise<void> {
    const image = docker.willRemove(`${docker.organisation}/arm64-${reference}`);
    const platform = ["--platform", "linux/arm64"];
    await hardpanJson(["build", reference, ...platform, "--output", `local://${image}`]);
    const container = (await docker.command("create", ...platform, image, "nothing")).trim();
    try {
      const script = `mkdir "$0" && ${dockerProgram} export ${container} | tar --extract --no-same-owner --directory "$0"`;
      await execute("sh", ["-c", script, target]);
    } finally {
      await docker.command("rm", container);
    }
  }
});
