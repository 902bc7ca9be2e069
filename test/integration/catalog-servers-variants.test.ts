import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { answered, reached } from "./answered.ts";
import { buildInto, publishedAt } from "./catalog-image.ts";
import { long, missingNetwork, newFolder, removeFolder, thorough, titled } from "./shared.ts";

const missing = (await missingNetwork()) ?? (dockerProgram === null ? "needs a docker engine" : null);

describe.skipIf(missing !== null)(titled("variants of the servers' images", missing), () => {
  const docker = openDocker();
  let folder = "";

  beforeAll(async () => {
    folder = await newFolder();
    await chmod(folder, 0o755);
  });
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
    await removeFolder(folder);
  }, 60_000);

  const shell = async (image: string, script: string) =>
    await docker.command("run", "--rm", "--entrypoint=sh", image, "-c", `exec 2>&1; ${script}`);

  it.each([
    ["nginx:1.26-debian13", "nginx:1.26-debian13-dev"],
    ["nginx:1.26-debian13", "nginx:1.26-debian13-compat"],
    ["postgres:17-debian13", "postgres:17-debian13-dev"],
    ["postgres:17-debian13", "postgres:17-debian13-compat"],
  ])(
    "%s and %s are started, stopped and reached in the same way",
    async (reference, variant) => {
      const [ours, theirs] = await Promise.all([reference, variant].map(async (name) => await configOf(name)));
      expect(theirs).toEqual(ours);
    },
    long,
  );

  const configOf = async (reference: string) => {
    const image = await buildInto(docker, reference);
    const config: Json = JSON.parse(await docker.command("inspect", "--format", "{{json .Config}}", image));
    const { Entrypoint, Cmd, ExposedPorts, StopSignal, Volumes } = config;
    const environment: readonly string[] = config.Env;
    const shared = environment.filter((line) => !/^(?:PATH|DEBIAN_FRONTEND)=/.test(line)).toSorted();
    return { Entrypoint, Cmd, ExposedPorts, StopSignal, Volumes, shared };
  };

  it.each([
    "nginx:1.26-debian13-dev",
    "postgres:17-debian13-dev",
    ...(thorough ? ["nginx:1.26-debian13-fips-dev", "postgres:17-debian13-fips-dev"] : []),
  ])(
    "%s is a whole Debian: dpkg finds nothing amiss and apt nothing missing, before and after it installs more",
    async (reference) => {
      const image = await buildInto(docker, reference);
      expect(await docker.command("inspect", "--format", "{{.Config.User}}", image)).toBe("root\n");
      expect(await shell(image, "dpkg --audit && apt-get check --quiet=2 && dpkg --verify")).toBe("");
      const install = "apt-get update --quiet=2 && apt-get install --yes --quiet=2 jq >/dev/null && jq -n 1";
      expect(await shell(image, `${install} && dpkg --audit && apt-get check --quiet=2`)).toBe("1\n");
    },
    long,
  );

  it.each(["root", "65532"])(
    "nginx:1.26-debian13-dev passes requests on that do not fit into memory, started as %s",
    async (user) => {
      const image = await buildInto(docker, "nginx:1.26-debian13-dev");
      const conf = join(folder, "proxy.conf");
      const inner = 'server { listen 8081; client_max_body_size 1m; location / { return 200 "taken"; } }';
      await writeFile(conf, `${inner}\nserver { listen 8080; location / { proxy_pass http://127.0.0.1:8081; } }\n`);
      const mounted = `--volume=${conf}:/etc/nginx/conf.d/default.conf:ro`;
      const container = await docker.start([`--user=${user}`, mounted, "--publish=127.0.0.1::8080", image]);
      const address = `http://${await publishedAt(docker, container, 8080)}/`;
      const answer = await reached(address, { method: "POST", body: "x".repeat(500_000) });
      expect(await answer.text()).toBe("taken");
      await docker.command("stop", "--time", "20", container);
      expect(await docker.command("inspect", "--format", "{{.State.ExitCode}}", container)).toBe("0\n");
    },
    long,
  );

  it(
    "nginx:1.26-debian13-dev keeps its configuration when an upgrade brings Debian's anew, and lets go of all when purged",
    async () => {
      const image = await buildInto(docker, "nginx:1.26-debian13-dev");
      const before = await shell(image, "md5sum /etc/nginx/nginx.conf");
      const after = `md5sum /etc/nginx/nginx.conf; tail --lines=1 /etc/nginx/nginx.conf.debian`;
      expect(await shell(image, `(${upgrade}) >/dev/null && ${after}`)).toBe(`${before}# of the new version\n`);
      const purge = "apt-get purge --yes --quiet=2 nginx nginx-common >/dev/null";
      expect(await shell(image, `${purge} && ls /etc/nginx || true`)).toMatch(/cannot access '\/etc\/nginx'/);
    },
    long,
  );

  it.each(["root", "70"])(
    "postgres:17-debian13-dev serves as uid 70, started as %s, and takes an extension from apt",
    async (user) => {
      const image = await buildInto(docker, "postgres:17-debian13-dev");
      const container = await docker.start([
        `--user=${user}`,
        "--tmpfs=/var/lib/postgresql/17/data:uid=70,gid=70,mode=0700",
        "--env=POSTGRES_PASSWORD=secret",
        image,
      ]);
      const inside = async (...args: readonly string[]) =>
        (await docker.command("exec", "--user=root", "--env=PGPASSWORD=secret", container, ...args)).trim();
      const query = async (sql: string) =>
        await inside(
          "psql",
          "--no-psqlrc",
          "--tuples-only",
          "--no-align",
          "--command",
          sql,
          "host=127.0.0.1 user=postgres",
        );
      expect(await answered(async () => await query("select 'served'"))).toBe("served");
      expect(await inside("sh", "-c", "stat --format=%u /proc/1 && command -v psql")).toBe(
        "70\n/usr/lib/postgresql/17/bin/psql",
      );
      const install = "apt-get update --quiet=2 && apt-get install --yes --quiet=2 postgresql-17-pgvector";
      await inside("sh", "-c", install);
      await query("create extension vector");
      expect(await query("select '[3,4]'::vector <-> '[0,0]'")).toBe("5");
      await docker.command("stop", "--time", "20", container);
      expect(await docker.command("inspect", "--format", "{{.State.ExitCode}}", container)).toBe("0\n");
    },
    long,
  );

  it.each(["nginx:1.26-debian13-compat", "postgres:17-debian13-compat"])(
    "%s runs scripts of bash and sh with the usual programs, as its ordinary user",
    async (reference) => {
      const image = await buildInto(docker, reference);
      const script =
        "[[ $(ls /usr/bin/bash) == *bash ]] && sed s/a/b/ <<<a | grep b && find /etc/passwd && hostname | wc -l";
      const run = async (program: string, text: string) =>
        await docker.command("run", "--rm", "--read-only", `--entrypoint=${program}`, image, "-c", text);
      expect(await run("bash", script)).toBe("b\n/etc/passwd\n1\n");
      expect(await run("/bin/sh", "id -un")).toBe(`${reference.split(":")[0]}\n`);
    },
    long,
  );
});

/** Installs a newer nginx-common, which is Debian's with another nginx.conf. */
const upgrade = `set -e
cd /tmp
apt-get update --quiet=2
apt-get download --quiet=2 nginx-common
dpkg-deb --raw-extract nginx-common_*.deb new
echo '# of the new version' >>new/etc/nginx/nginx.conf
sed -i 's/^Version: .*/&.1/' new/DEBIAN/control
dpkg-deb --build new new.deb
dpkg --install new.deb`;
