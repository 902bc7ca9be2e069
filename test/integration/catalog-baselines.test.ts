import { afterAll, describe, expect, it } from "vitest";
import { execute } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { long, missingNetwork, thorough, titled } from "./shared.ts";

const missing = (await missingNetwork()) ?? (dockerProgram === null ? "needs a docker engine" : null);
const all = thorough ? null : "takes minutes: runs with HARDPAN_TEST_ALL=1";

describe.skipIf(missing !== null)(titled("reconstructions of official images in a real Docker", missing), () => {
  const docker = openDocker();
  afterAll(async () => await docker[Symbol.asyncDispose](), 60_000);

  const loaded = new Set<string>();
  const load = async (reference: string) => {
    const image = docker.willRemove(`${docker.organisation}/${reference}`);
    if (!loaded.has(image))
      await execute("node", ["bin/hardpan.js", "copy", `baseline://${reference}`, `local://${image}`]);
    loaded.add(image);
    return image;
  };

  it.each([
    "debian:trixie-slim",
    ...(thorough
      ? [
          ...[
            "debian:bookworm-slim",
            "debian:bookworm",
            "debian:trixie",
            "golang:1.26",
            "mariadb:11.8",
            "nginx:1.22",
            "nginx:1.26",
          ],
          ...[
            "openjdk:17-slim",
            "openjdk:21-slim",
            "php:8.4-cli",
            "php:8.4-fpm",
            "postgres:15-bookworm",
            "postgres:17",
          ],
          ...[
            "python:3.11-slim-bookworm",
            "python:3.13-slim",
            "redis:7.0",
            "redis:8.0",
            "ruby:3.3-slim",
            "haproxy:3.0",
          ],
          ...["node:24", "node:24-trixie", "python:3.11-bookworm", "python:3.13", "ruby:3.3"],
        ]
      : []),
  ])(
    "%s can be built on: dpkg finds nothing amiss, and apt nothing missing",
    async (reference) => {
      const image = await load(reference);
      const check = "exec 2>&1; dpkg --audit && apt-get check --quiet=2";
      expect(await docker.command("run", "--rm", "--user=0", "--entrypoint=sh", image, "-c", check)).toBe("");
    },
    long,
  );

  const compiles =
    "printf 'int main(void) { return 0; }' > /tmp/a.c && cc -o /tmp/a /tmp/a.c -lssl && /tmp/a && echo compiled";
  const binds =
    "printf '#include <Python.h>' > /tmp/a.c && cc $(python3-config --includes) -c -o /tmp/a.o /tmp/a.c && echo compiled";
  it.skipIf(!thorough).each([
    [
      "eclipse-temurin:21-jre",
      "java -version 2>&1 && keytool -list -cacerts -storepass changeit",
      /contains \d{3} entries/,
    ],
    ["golang:1.27", "go env GOROOT GOPATH", /^\/usr\/lib\/go-1\.27\n\/go$/m],
    ["node:24", `node -e 'console.log(6 * 7)' && npm --version && ${compiles}`, /^42$.*^compiled$/ms],
    ["node:24-trixie", `node -e 'console.log(6 * 7)' && yarn --version && ${compiles}`, /^42$.*^compiled$/ms],
    ["openjdk:25-slim", "echo 'System.out.println(6 * 7)' | jshell -s -", /^42$/m],
    ["php:8.4-cli", 'php -r \'echo (new PDO("sqlite::memory:"))->query("select 42")->fetchColumn();\'', /^42$/],
    ["python:3.11-bookworm", `python3 -c 'import setuptools, sqlite3, ssl' && ${binds}`, /^compiled$/m],
    ["python:3.13", `pip --version && ${binds}`, /^pip \d.*^compiled$/ms],
    ["python:3.11-slim-bookworm", "python -m venv /tmp/v && /tmp/v/bin/pip --version", /^pip \d/],
    ["python:3.13-slim", "pip --version && python -c 'import bz2, ctypes, dbm.gnu, lzma, sqlite3, ssl'", /^pip \d/],
    ["ruby:3.3", `ruby -e 'puts 6 * 7' && bundle --version && ${compiles}`, /^42$.*^compiled$/ms],
    ["ruby:3.3-slim", "ruby -ropenssl -ryaml -rzlib -e 'puts 6 * 7' && bundle --version", /^42$/m],
  ])(
    titled("%s works: %s", all),
    async (reference, script, output) => {
      expect(await docker.command("run", "--rm", await load(reference), "sh", "-c", script)).toMatch(output);
    },
    long,
  );

  const page = "exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
  it.each<[reference: string, options: readonly string[], use: string, answer: RegExp]>([
    ["redis:8.0", [], "redis-cli set a b", /^OK$/m],
    ...(thorough ? otherServices() : []),
  ])(
    "%s starts, answers and stops by itself",
    async (reference, options, use, answer) => {
      const container = await docker.start([...options, await load(reference)]);
      const attempt = `for i in $(seq 120); do said=$(${use}) && break; sleep 1; done 2>/dev/null; echo "$said"`;
      expect(await docker.command("exec", container, "bash", "-c", attempt)).toMatch(answer);
      await docker.command("stop", "-t", "60", container);
      expect(await docker.command("inspect", "--format", "{{.State.ExitCode}}", container)).toBe("0\n");
    },
    long,
  );

  function otherServices(): [string, readonly string[], string, RegExp][] {
    const postgres = ["--env=POSTGRES_PASSWORD=secret", "--env=POSTGRES_DB=app"];
    const sql =
      "PGPASSWORD=secret psql --host=127.0.0.1 --username=postgres --no-align --tuples-only app --command='select 42'";
    const memcached = "exec 3<>/dev/tcp/127.0.0.1/11211; printf 'version\\r\\nquit\\r\\n' >&3; cat <&3";
    return [
      ["httpd:2.4", [], page, /It works!/],
      [
        "mariadb:11.8",
        ["--env=MARIADB_ROOT_PASSWORD=it's"],
        "mariadb --host=127.0.0.1 --password=\"it's\" --execute='select 42'",
        /^42$/m,
      ],
      ["memcached:1.6", [], memcached, /^VERSION 1\.6/],
      ["nginx:1.22", [], page, /Welcome to nginx/],
      ["nginx:1.26", [], page, /Welcome to nginx/],
      ["postgres:15-bookworm", postgres, sql, /^42$/m],
      ["postgres:17", postgres, sql, /^42$/m],
      ["rabbitmq:4.0", [], "rabbitmq-diagnostics check_running", /fully booted and running/],
      ["rabbitmq:4.0-management", [], "rabbitmqadmin list users", /guest/],
      ["redis:7.0", [], "redis-cli set a b", /^OK$/m],
    ];
  }
});
