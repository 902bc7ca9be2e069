import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { has } from "../support/program.ts";
import { answered, reached } from "./answered.ts";
import { buildInto, publishedAt } from "./catalog-image.ts";
import { makeCertificates } from "./certificates.ts";
import { long, missingNetwork, newFolder, removeFolder, titled } from "./shared.ts";

const missing = (await missingNetwork()) ?? (dockerProgram === null ? "needs a docker engine" : null);
const noOpenssl = has("openssl") ? null : "needs openssl";
const hardened = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

describe.skipIf(missing !== null)(titled("services on the catalogue's images", missing), () => {
  const docker = openDocker();
  const volume = `${docker.organisation}-data`;
  let folder = "";

  beforeAll(async () => {
    folder = await newFolder();
    await chmod(folder, 0o755);
  });
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
    for (const name of [volume, `${volume}-broken`]) await docker.command("volume", "rm", "--force", name);
    await removeFolder(folder);
  }, 60_000);

  it.each(["22-debian13", "26-debian13", "24-debian12"])(
    "node:%s answers requests",
    async (tag) => {
      const image = await buildInto(docker, `node:${tag}`);
      const script = `require("http").createServer((request, response) => response.end(process.version))
        .listen(3000, () => console.log("listening"))`;
      const container = await docker.start([...hardened, "--publish=127.0.0.1::3000", image, "node", "-e", script]);
      await docker.logged(container, (line) => line === "listening");
      const answer = await fetch(`http://${await publishedAt(docker, container, 3000)}/`);
      expect(await answer.text()).toMatch(new RegExp(`^v${tag.slice(0, 2)}\\.`));
    },
    long,
  );

  describe.each([
    ["python:3.13-debian13", "3.13"],
    ["python:3.11-debian12", "3.11"],
  ])("%s", (reference, version) => {
    let image = "";
    beforeAll(async () => {
      image = await buildInto(docker, reference);
    }, long);

    it.skipIf(noOpenssl !== null)(
      titled("speaks TLS with a server whose authority it is told to trust, and no other", noOpenssl),
      async () => {
        const { authority, certificate: cert, key } = await makeCertificates(folder);
        const file = join(folder, "authority.crt");
        await writeFile(file, authority);
        const server = createServer({ cert, key }, (_, response) => response.end("trusted"));
        await once(server.listen(0, "127.0.0.1"), "listening");
        const script = `import urllib.request; print(urllib.request.urlopen("${addressOf(server)}").read().decode())`;
        const ask = async (...options: readonly string[]) =>
          await docker.command("run", "--rm", "--network=host", ...options, image, "python3", "-c", script);
        const trusting = [`--volume=${file}:/authority.crt:ro`, "--env=SSL_CERT_FILE=/authority.crt"];
        try {
          expect((await ask(...trusting)).trim()).toBe("trusted");
          await expect(ask()).rejects.toThrow(/CERTIFICATE_VERIFY_FAILED/);
        } finally {
          server.close();
        }
      },
      60_000,
    );

    it("keeps data in SQLite, and finds packages that are copied where pip would install", async () => {
      const packages = join(folder, `packages-${version}`);
      await mkdir(packages);
      await writeFile(
        join(packages, "counter.py"),
        `import sqlite3
def count(path):
    with sqlite3.connect(path) as database:
        database.execute("create table if not exists visit (id integer primary key)")
        database.execute("insert into visit default values")
        return database.execute("select count(*) from visit").fetchone()[0]
`,
      );
      const derived = docker.willRemove(`${image}-with-package`);
      const dockerfile = join(packages, "Dockerfile");
      const place = `/usr/local/lib/python${version}/dist-packages/`;
      await writeFile(dockerfile, `FROM ${image}\nCOPY counter.py ${place}\n`);
      await docker.command("build", "--file", dockerfile, "--tag", derived, packages);
      const script = 'import counter; print([counter.count("/tmp/visits") for _ in range(3)])';
      expect(await docker.command("run", "--rm", derived, "python", "-c", script)).toBe("[1, 2, 3]\n");
    }, 60_000);
  });

  it(
    "nginx:1.26-debian13 serves a mounted site as an ordinary user on a read-only root, and stops in order",
    async () => {
      const image = await buildInto(docker, "nginx:1.26-debian13");
      const site = join(folder, "site");
      await mkdir(site);
      await writeFile(join(site, "style.css"), "body {}\n");
      const options = [...hardened, "--publish=127.0.0.1::8080", `--volume=${site}:/usr/share/nginx/html:ro`];
      const container = await docker.start([...options, image]);
      const address = `http://${await publishedAt(docker, container, 8080)}`;
      const answer = await reached(`${address}/style.css`);
      expect({ type: answer.headers.get("content-type"), text: await answer.text() }).toEqual({
        type: "text/css",
        text: "body {}\n",
      });
      expect(answer.headers.get("server")).toBe("nginx");
      expect((await fetch(`${address}/none`)).status).toBe(404);
      await docker.logged(container, (line) => line.includes('"GET /style.css HTTP/1.1" 200 8'));
      await docker.command("stop", "--time", "20", container);
      expect((await docker.command("inspect", "--format", "{{.State.ExitCode}}", container)).trim()).toBe("0");
      const page = await docker.start(["--publish=127.0.0.1::8080", image]);
      const welcome = await reached(`http://${await publishedAt(docker, page, 8080)}/`);
      expect(await welcome.text()).toContain("nginx");
    },
    long,
  );

  describe("postgres:17-debian13", () => {
    const data = `--volume=${volume}:/var/lib/postgresql/17/data`;
    const socket = "--tmpfs=/run/postgresql:uid=70,gid=70";
    let image = "";
    beforeAll(async () => {
      image = await buildInto(docker, "postgres:17-debian13");
    }, long);

    const query = async (container: string, sql: string, password = "it's secret") => {
      const address = "host=127.0.0.1 user=app dbname=shop";
      const psql = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", sql, address];
      return (await docker.command("exec", `--env=PGPASSWORD=${password}`, container, ...psql)).trim();
    };
    // The server of the first start's preparations does not listen to TCP: who is answered is answered by the real one.
    const reachable = async (container: string) => await answered(async () => await query(container, "select 1"));

    it("does not start without a password, unless everybody is to be let in", async () => {
      await expect(docker.command("run", "--rm", image)).rejects.toThrow(/set POSTGRES_PASSWORD/);
      const names = ["--env=POSTGRES_USER=app", "--env=POSTGRES_DB=shop"];
      const inMemory = "--tmpfs=/var/lib/postgresql/17/data:uid=70,gid=70,mode=0700";
      const open = await docker.start([inMemory, ...names, "--env=POSTGRES_HOST_AUTH_METHOD=trust", image]);
      await reachable(open);
      expect(await query(open, "select current_user", "")).toBe("app");
    }, 60_000);

    it("makes the database, checks passwords by SCRAM over TCP, and has its data again after it was replaced", async () => {
      const initial = join(folder, "initial");
      await mkdir(initial);
      await writeFile(join(initial, "1.sql"), "create table item (name text);\n");
      const insert = `psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --command "insert into item values ('tea')"`;
      await writeFile(join(initial, "2.sh"), `#!/bin/bash\nset -e\n${insert}\n`);
      const secret = join(folder, "password");
      await writeFile(secret, "it's secret\n");
      const first = await docker.start([
        ...[...hardened, socket, data, `--volume=${initial}:/docker-entrypoint-initdb.d:ro`],
        ...[`--volume=${secret}:/password:ro`, "--env=POSTGRES_PASSWORD_FILE=/password"],
        ...["--env=POSTGRES_USER=app", "--env=POSTGRES_DB=shop", image, "-c", "work_mem=5MB"],
      ]);
      await reachable(first);
      expect(await query(first, "select name, current_setting('work_mem') from item")).toBe("tea|5MB");
      expect(await query(first, "select left(rolpassword, 14) from pg_authid where rolname = 'app'")).toBe(
        "SCRAM-SHA-256$",
      );
      expect(await query(first, "select upper('é'), pg_jit_available()")).toBe("É|f");
      await expect(query(first, "select 1", "wrong")).rejects.toThrow(/password authentication failed/);
      await query(first, "insert into item values ('coffee')");
      await docker.command("stop", "--time", "20", first);
      expect((await docker.command("inspect", "--format", "{{.State.ExitCode}}", first)).trim()).toBe("0");
      const second = await docker.start([...hardened, socket, data, image]);
      await reachable(second);
      expect(await query(second, "select string_agg(name, ',' order by name) from item")).toBe("coffee,tea");
    }, 120_000);

    it("refuses data whose first start did not come to its end", async () => {
      const broken = join(folder, "broken");
      await mkdir(broken);
      await writeFile(join(broken, "1.sql"), "select no_such_function();\n");
      const options = ["--rm", `--volume=${volume}-broken:/var/lib/postgresql/17/data`, "--env=POSTGRES_PASSWORD=x"];
      const files = `--volume=${broken}:/docker-entrypoint-initdb.d:ro`;
      await expect(docker.command("run", ...options, files, image)).rejects.toThrow(/no_such_function/);
      await expect(docker.command("run", ...options, image)).rejects.toThrow(/empty the volume and start again/);
    }, 60_000);
  });
});

function addressOf(server: Server): string {
  const bound = server.address();
  return `https://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}/`;
}
