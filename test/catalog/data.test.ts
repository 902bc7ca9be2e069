import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadCatalog, readAll } from "../../src/catalog/catalog.ts";
import { findBaseline, findImage } from "../../src/catalog/find.ts";
import { readInfo } from "../../src/catalog/info.ts";
import { loadMapping } from "../../src/catalog/mapping.ts";
import { loadSubstitutions } from "../../src/catalog/substitution.ts";
import { loadSpec } from "../../src/check/spec/load.ts";
import { expandDefinition } from "../../src/definition/expand.ts";
import { packageRequest } from "../../src/definition/package.ts";
import { debianCodename, distroName } from "../../src/definition/syntax.ts";
import { versionTags } from "../../src/definition/tags.ts";
import { versionPackage } from "../../src/definition/true-tags.ts";

const directory = fileURLToPath(new URL("../../catalog", import.meta.url));
const catalog = await loadCatalog(directory);
const entries = [...catalog.images.values(), ...catalog.baselines.values()].flat();
const references = new Set(
  (await readAll(catalog, [...catalog.images.values()].flat())).flatMap((reading) =>
    reading.ok ? reading.source.definition.tags.map((tag) => `${reading.entry.name}:${tag}`) : [],
  ),
);

describe("our catalogue", () => {
  it("holds valid definitions, each in the folder of its distribution", async () => {
    const readings = await readAll(catalog, entries);
    expect(readings.filter(({ ok }) => !ok)).toEqual([]);
    expect(readings.length).toBeGreaterThanOrEqual(3);
    for (const reading of readings) {
      if (reading.ok) expect(distroName(reading.source.syntax.distro)).toBe(reading.entry.distro);
    }
  });

  it("gives a tag to one definition of an image only", async () => {
    for (const entriesOfImage of [...catalog.images.values(), ...catalog.baselines.values()]) {
      const readings = (await readAll(catalog, entriesOfImage)).filter(({ ok }) => ok);
      const tags = readings.flatMap((reading) => (reading.ok ? reading.source.definition.tags : []));
      expect(tags).toEqual([...new Set(tags)]);
    }
  });

  it.each([...catalog.images.keys()])("says of %s what it is, how to use it and what must hold", async (name) => {
    const folder = join(directory, "image", name);
    const info = await readInfo(directory, name, "own");
    expect(info).toMatchObject({
      ok: true,
      info: { displayName: expect.stringMatching(/./), description: expect.stringMatching(/^.{20,}\.$/) },
    });
    const overview = await readFile(join(folder, "overview.md"), "utf8");
    expect(overview).toMatch(/^# \S/);
    const spec = await loadSpec(join(folder, "check.yaml"), { shown: `image/${name}/check.yaml` });
    expect(spec?.checks.length).toBeGreaterThan(0);
    for (const tmpfs of spec?.tmpfs ?? []) expect(overview).toContain(tmpfs.split(":")[0]);
  });

  it("starts nothing as root where nothing can be installed", async () => {
    const readings = await readAll(catalog, [...catalog.images.values()].flat());
    const runtime = readings.flatMap((reading) =>
      reading.ok && reading.source.definition.variant === "runtime" ? [reading] : [],
    );
    expect(runtime.length).toBeGreaterThan(100);
    const rootful = runtime.filter(({ source }) => /^(root|0)$/.test(source.definition.accounts["run-as"] ?? "root"));
    expect(rootful.map(({ entry }) => entry.path)).toEqual([]);
  });

  it.each([...catalog.images.keys()])(
    "says of %s what differs from the usual image, and how to migrate",
    async (name) => {
      const overview = await readFile(join(directory, "image", name, "overview.md"), "utf8");
      const sections = overview.split(/^## /m).filter((section) => section.startsWith("From "));
      expect(sections).toHaveLength(1);
      expect(sections[0]).toMatch(/^\| \| .* \| here \|$/m);
      expect(sections[0]).toMatch(/^To migrate\b/m);
    },
  );

  it.each([...catalog.images.keys()])("says of %s how it is run, by tags that there are", async (name) => {
    const overview = await readFile(join(directory, "image", name, "overview.md"), "utf8");
    const named = [...overview.matchAll(/\bhardpan\/dhi-([a-z\d-]+:[\w.-]+)/g)].map(([, reference = ""]) => reference);
    expect(named.some((reference) => reference.startsWith(`${name}:`))).toBe(true);
    expect(named.filter((reference) => !references.has(reference))).toEqual([]);
  });

  it("says of each version how long its makers support it, or which package of Debian's it is", async () => {
    const substitutions = await loadSubstitutions(directory);
    const readings = await readAll(catalog, [...catalog.images.values()].flat());
    const silent = readings.flatMap((reading) => {
      if (!reading.ok) return [];
      const { definition, syntax } = reading.source;
      const main = versionPackage(definition);
      const ofDebian = main !== null && !substitutions.has(main);
      const isDebian = definition.tags.some((tag) => tag.startsWith(debianCodename(syntax.distro) ?? "-"));
      return definition.dates["end-of-support"] !== undefined || ofDebian || isDebian ? [] : [reading.entry.path];
    });
    expect(silent).toEqual([]);
  });

  it.each([
    ["python:3.13", "python3.13", "3.13.5-2+deb13u2", "3.13.5-debian13"],
    ["python:3.11-debian12", "python3.11", "3.11.2-6+deb12u9", "3.11.2-debian12"],
    ["python:3.13-fips-dev", "python3.13", "3.13.5-2+deb13u2", "3.13.5-debian13-fips-dev"],
    ["node:24-dev", "nodejs-24", "24.21.0", "24.21.0-debian13-dev"],
    ["node:24-debian13-fips", "nodejs-24", "24.21.0", "24.21.0-debian13-fips"],
    ["nginx:1.26", "nginx", "1.26.3-3+deb13u1", "1.26.3-debian13"],
    ["nginx:1.26-compat", "nginx", "1.26.3-3+deb13u1", "1.26.3-debian13-compat"],
    ["nginx:1.26-fips-dev", "nginx", "1.26.3-3+deb13u1", "1.26.3-debian13-fips-dev"],
    ["postgres:17", "postgresql-17", "17.6-0+deb13u1", "17.6-debian13"],
    ["postgres:17-debian13-fips", "postgresql-17", "17.6-0+deb13u1", "17.6-debian13-fips"],
    ["postgres:17-debian13-dev", "postgresql-17", "17.6-0+deb13u1", "17.6-debian13-dev"],
    ["redis:8.0", "redis-server", "5:8.0.2-3+deb13u3", "8.0.2-debian13"],
    ["redis:8.0-compat", "redis-server", "5:8.0.2-3+deb13u3", "8.0.2-debian13-compat"],
    ["redis:7.0-debian12", "redis-server", "5:7.0.15-1~deb12u10", "7.0.15-debian12"],
    ["valkey:8.1", "valkey-tools", "8.1.1+dfsg1-3+deb13u3", "8.1.1-debian13"],
    ["valkey:8.1-sentinel-dev", "valkey-tools", "8.1.1+dfsg1-3+deb13u3", "8.1.1-debian13-sentinel-dev"],
    ["memcached:1", "memcached", "1.6.38-1", "1.6.38-debian13"],
    ["mariadb:11.8", "mariadb-server", "1:11.8.9+ds-0+deb13u1", "11.8.9-debian13"],
    ["postgres:15-debian12", "postgresql-15", "15.20-0+deb12u1", "15.20-debian12"],
    ["pgbouncer:1.24", "pgbouncer", "1.24.1-1+deb13u2", "1.24.1-debian13"],
    ["prometheus:2.53", "prometheus", "2.53.3+ds1-2", "2.53.3-debian13"],
    ["prometheus-node-exporter:1.9", "prometheus-node-exporter", "1.9.0-1+b4", "1.9.0-debian13"],
    ["alertmanager:0.28", "prometheus-alertmanager", "0.28.1+ds-1", "0.28.1-debian13"],
    ["etcd:3.5", "etcd-server", "3.5.16-4", "3.5.16-debian13"],
    ["kubectl:1.32-compat", "kubectl", "1.32.3+ds-2", "1.32.3-debian13-compat"],
    ["docker-registry:2.8", "docker-registry", "2.8.3+ds1-2+b8", "2.8.3-debian13"],
    ["skopeo:1.18", "skopeo", "1.18.0+ds1-1+b5", "1.18.0-debian13"],
    ["cosign:2.5", "cosign", "2.5.0-2+b5", "2.5.0-debian13"],
    ["oras:1.2", "oras", "1.2.0-1+b9", "1.2.0-debian13"],
    ["blackbox-exporter:0.26", "prometheus-blackbox-exporter", "0.26.0-1", "0.26.0-debian13"],
    ["pushgateway:1.11", "prometheus-pushgateway", "1.11.0-1+b6", "1.11.0-debian13"],
    ["bash:5", "bash", "5.2.37-2+b10", "5.2.37-debian13"],
    ["curl:8-fips", "curl", "8.14.1-2+deb13u7", "8.14.1-debian13-fips"],
    ["git:2", "git", "1:2.47.3-0+deb13u1", "2.47.3-debian13"],
    ["perl:5.40", "perl", "5.40.1-6+deb13u1", "5.40.1-debian13"],
    ["ruby:3.3", "ruby3.3", "3.3.14-0+deb13u1", "3.3.14-debian13"],
    ["lua:5.4-dev", "lua5.4", "5.4.7-1+b2", "5.4.7-debian13-dev"],
    ["gcc:14", "gcc-14", "14.2.0-19", "14.2.0-debian13"],
    ["golang:1.27", "golang-1.27-go", "1.27.4-1~bpo13+1", "1.27.4-debian13"],
    ["rust:1.85-fips", "rustc", "1.85.1+dfsg1-1+deb13u1", "1.85.1-debian13-fips"],
    ["httpd:2.4", "apache2-bin", "2.4.71-1~deb13u1", "2.4.71-debian13"],
    ["haproxy:3.0", "haproxy", "3.0.11-1+deb13u5", "3.0.11-debian13"],
    ["nginx:1.22-debian12", "nginx", "1.22.1-9+deb12u11", "1.22.1-debian12"],
    ["caddy:2.6", "caddy", "2.6.2-12+deb13u1", "2.6.2-debian13"],
    ["varnish:7.7", "varnish", "7.7.0-3+deb13u2", "7.7.0-debian13"],
    ["squid:6", "squid-openssl", "6.13-2+deb13u4", "6.13-debian13"],
    ["tomcat:11.0-jdk21-debian13", "tomcat11-common", "11.0.22-1~deb13u1", "11.0.22-jdk21-debian13"],
    ["tomcat:10.1-jdk25-debian13", "tomcat10-common", "10.1.60-1~deb13u1", "10.1.60-jdk25-debian13"],
    ["openjdk:21", "openjdk-21-jre-headless", "21.0.13.1+2-1~deb13u1", "21.0.13.1-debian13"],
    ["openjdk:25", "openjdk-25-jre-headless", "25.0.5.1+2-1~deb13u1", "25.0.5.1-debian13"],
    ["openjdk:17-debian12", "openjdk-17-jre-headless", "17.0.21.1+2-1~deb12u1", "17.0.21.1-debian12"],
    ["php:8.4", "php8.4-cli", "8.4.28-1~deb13u1", "8.4.28-debian13"],
    ["php:8.4-fpm", "php8.4-cli", "8.4.28-1~deb13u1", "8.4.28-debian13-fpm"],
    ["zookeeper:3.9", "libzookeeper-java", "3.9.3-1+deb13u1", "3.9.3-debian13"],
    ["rabbitmq:4.0", "rabbitmq-server", "4.0.5-6+deb13u2", "4.0.5-debian13"],
    ["mosquitto:2.0", "mosquitto", "2.0.21-1", "2.0.21-debian13"],
    ["bind9:9.20", "bind9", "1:9.20.30-1~deb13u1", "9.20.30-debian13"],
    ["openssh-server:10.0", "openssh-server", "1:10.0p1-7+deb13u4", "10.0-debian13"],
    ["erlang-otp:27", "erlang-base", "1:27.3.4.1+dfsg-1+deb13u4", "27.3.4.1-debian13"],
    ["elixir:1.18", "elixir", "1.18.3.dfsg-1", "1.18.3-debian13"],
    ["busybox:1", "busybox", "1:1.37.0-6+b3", "1.37.0-debian13"],
    ["static:trixie", "ca-certificates", "20250419+deb13u1", "20250419-debian13"],
    ["static:trixie-glibc", "ca-certificates", "20250419", "20250419-glibc-debian13"],
  ])("%s has the version of its package: of %s %s comes the tag %s", async (reference, name, version, tag) => {
    const { source } = await findImage(catalog, reference);
    const target = { arch: "amd64", dev: false, fips: false, flavor: "" };
    const { tags, vars } = expandDefinition(source.definition, { target, packages: { [name]: version } });
    expect(versionTags(tags, vars["VERSION"] ?? "")).toMatchObject({
      tags: expect.arrayContaining([tag]),
      dropped: [],
    });
  });

  it("maps only to images and baselines it has", async () => {
    for (const row of (await loadMapping(directory)).rows) {
      await expect(findImage(catalog, row.image)).resolves.toBeDefined();
      for (const { slim, full } of row.baselines) {
        for (const reference of [slim, full].filter((item) => item !== null)) {
          await expect(findBaseline(catalog, reference)).resolves.toBeDefined();
        }
      }
    }
  });

  it("names Node's version by the one that was taken", async () => {
    const { source } = await findImage(catalog, "node:24-debian13");
    const target = { arch: "amd64", dev: false, fips: false, flavor: "" };
    const expanded = expandDefinition(source.definition, { target, packages: { "nodejs-24": "24.21.0" } });
    expect(expanded.environment).toMatchObject({ NODE_VERSION: "24.21.0", NODE_USE_SYSTEM_CA: "1" });
    expect(expanded.accounts["run-as"]).toBe("node");
    expect(expanded["os-release"].id).toBe("debian");
  });

  it.each([
    ["debian:bookworm", 88],
    ["debian:bookworm-slim", 88],
    ["debian:trixie", 78],
    ["debian:trixie-slim", 78],
    ["node:24-bookworm-slim", 88],
    ["node:24-trixie-slim", 78],
  ])(
    "reconstructs %s with the %d Debian packages that the official image has, each named",
    async (reference, count) => {
      expect((await debianNames(reference)).size).toBe(count);
    },
  );

  it.each([
    ["golang:1.26", "debian:trixie", 17],
    ["node:24", "debian:bookworm", 51],
    ["node:24-trixie", "debian:trixie", 51],
    ["python:3.11-bookworm", "node:24", 8],
    ["python:3.13", "node:24-trixie", 8],
    ["ruby:3.3", "node:24-trixie", 3],
  ])(
    "names for %s the Debian packages of %s and %d more, as the recipes of both do",
    async (reference, other, more) => {
      const [names, others] = [await debianNames(reference), await debianNames(other)];
      expect([...others].filter((name) => !names.has(name))).toEqual([]);
      expect(names.size - others.size).toBe(more);
    },
  );

  it.each([...catalog.baselines.values()].flat())(
    "says in $path which official image it reconstructs, and where it differs",
    async ({ name, path }) => {
      const [reading] = await readAll(
        catalog,
        entries.filter((entry) => entry.path === path),
      );
      if (!reading?.ok) throw new Error("it is no definition");
      const { labels, annotations, tags, variant } = reading.source.definition;
      const original = labels["io.hardpan.reconstruction-of"] ?? "";
      expect(tags.map((tag) => `${name}:${tag}`)).toContain(original);
      expect(annotations).toMatchObject({
        "io.hardpan.reconstruction-of": original,
        "org.opencontainers.image.description": `Reconstruction of ${original} from the Debian archive, for comparison`,
      });
      expect(variant).toBe("dev");
      const text = await readFile(join(directory, path), "utf8");
      expect(text).toContain(`\n# A reconstruction of Docker's official image ${original}, to compare`);
      expect(text).toMatch(/^# .*What differs/m);
    },
  );

  it.each([
    ["debian:13", { cmd: ["bash"] }],
    ["eclipse-temurin:21", { entrypoint: ["/__cacert_entrypoint.sh"], cmd: ["jshell"] }],
    ["debian:12", { cmd: ["bash"] }],
    ["golang:1.26", { cmd: ["bash"], "work-dir": "/go" }],
    ["haproxy:3.0", { accounts: { "run-as": "haproxy" }, "stop-signal": "SIGUSR1", "work-dir": "/var/lib/haproxy" }],
    ["httpd:2.4", { cmd: ["httpd-foreground"], ports: ["80/tcp"], "stop-signal": "SIGWINCH" }],
    ["mariadb:11.8", { cmd: ["mariadbd"], ports: ["3306/tcp"], volumes: ["/var/lib/mysql"] }],
    ["memcached:1.6", { accounts: { "run-as": "memcache" }, cmd: ["memcached"], ports: ["11211/tcp"] }],
    ["nginx:1.22", { cmd: ["nginx", "-g", "daemon off;"], ports: ["80/tcp"], "stop-signal": "SIGQUIT" }],
    ["nginx:1.26", { entrypoint: ["/docker-entrypoint.sh"], ports: ["80/tcp"], "stop-signal": "SIGQUIT" }],
    ["node:24", { entrypoint: ["docker-entrypoint.sh"], cmd: ["node"], environment: { YARN_VERSION: "1.22.22" } }],
    ["node:24-trixie", { entrypoint: ["docker-entrypoint.sh"], cmd: ["node"] }],
    ["openjdk:17-slim", { entrypoint: [], cmd: ["jshell"] }],
    ["php:8.4", { entrypoint: ["docker-php-entrypoint"], cmd: ["php", "-a"], ports: [] }],
    ["php:8.4-fpm", { cmd: ["php-fpm"], ports: ["9000/tcp"], "stop-signal": "SIGQUIT", "work-dir": "/var/www/html" }],
    ["postgres:15-bookworm", { cmd: ["postgres"], ports: ["5432/tcp"], "stop-signal": "SIGINT" }],
    ["postgres:17", { volumes: ["/var/lib/postgresql/data"], entrypoint: ["docker-entrypoint.sh"] }],
    ["python:3.11-bookworm", { cmd: ["python3"], environment: { LANG: "C.UTF-8" } }],
    ["python:3.11-slim-bookworm", { cmd: ["python3"], environment: { LANG: "C.UTF-8" } }],
    ["python:3.13", { entrypoint: [], cmd: ["python3"] }],
    ["python:3.13-slim", { entrypoint: [], cmd: ["python3"] }],
    ["rabbitmq:4.0", { cmd: ["rabbitmq-server"], volumes: ["/var/lib/rabbitmq"] }],
    ["redis:7.0", { cmd: ["redis-server"], ports: ["6379/tcp"], volumes: ["/data"] }],
    ["redis:8.0", { entrypoint: ["docker-entrypoint.sh"], "work-dir": "/data" }],
    ["ruby:3.3", { cmd: ["irb"], environment: { GEM_HOME: "/usr/local/bundle", LANG: "C.UTF-8" } }],
    ["ruby:3.3-slim", { cmd: ["irb"], environment: { GEM_HOME: "/usr/local/bundle" } }],
  ])("starts the reconstruction of %s as the official image is started", async (reference, expected) => {
    const { source } = await findBaseline(catalog, reference);
    expect(source.definition).toMatchObject({ accounts: { root: true, "run-as": "root" }, ...expected });
  });
});

/** The packages that a reconstruction's definition names, without those that come from elsewhere than Debian. */
async function debianNames(reference: string): Promise<ReadonlySet<string>> {
  const { source } = await findBaseline(catalog, reference);
  const substitutions = await loadSubstitutions(directory);
  const { packages } = packageRequest(source.definition.contents.packages);
  return new Set(packages.map(({ name }) => name).filter((name) => !substitutions.has(name)));
}
