import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sbom } from "../../../src/sbom/model.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import { aptAnswers, downloadDebs, scanFolders, unpackDebs } from "../../support/real-root.ts";

/** Where a program or library of a Debian package is put, below usr/local, and where it stands in the package. */
type Copies = Readonly<Record<string, string>>;

interface Case {
  readonly name: string;
  readonly deb: string;
  readonly copies: Copies;
}

const libraries = execFileSync("uname", ["-m"], { encoding: "utf8" }).trim();
const lib = `usr/lib/${libraries}-linux-gnu`;

/** Programs of Debian 12's packages, which are taken out of them and put where no package has them. */
const cases: readonly Case[] = [
  { name: "bash", deb: "bash", copies: { "bin/bash": "bin/bash" } },
  { name: "busybox", deb: "busybox-static", copies: { "bin/busybox": "bin/busybox" } },
  { name: "curl", deb: "libcurl4", copies: { "lib/libcurl.so.4.8.0": `${lib}/libcurl.so.4.8.0` } },
  { name: "haproxy", deb: "haproxy", copies: { "sbin/haproxy": "usr/sbin/haproxy" } },
  { name: "httpd", deb: "apache2-bin", copies: { "apache2/bin/httpd": "usr/sbin/apache2" } },
  { name: "mariadb", deb: "mariadb-server-core", copies: { "sbin/mariadbd": "usr/sbin/mariadbd" } },
  { name: "memcached", deb: "memcached", copies: { "bin/memcached": "usr/bin/memcached" } },
  { name: "nginx", deb: "nginx", copies: { "sbin/nginx": "usr/sbin/nginx" } },
  {
    ...{ name: "openssl", deb: "openssl" },
    copies: { "bin/openssl": "usr/bin/openssl", "lib/libcrypto.so.3": `${lib}/libcrypto.so.3` },
  },
  { name: "perl", deb: "perl-base", copies: { "bin/perl": "usr/bin/perl" } },
  { name: "php", deb: "php8.2-cli", copies: { "bin/php": "usr/bin/php8.2" } },
  { name: "postgresql", deb: "postgresql-15", copies: { "bin/postgres": "usr/lib/postgresql/15/bin/postgres" } },
  {
    ...{ name: "python", deb: "python3.11-minimal" },
    copies: { "bin/python3.11": "usr/bin/python3.11", "lib/libpython3.11.so.1.0": `${lib}/libpython3.11.so.1.0` },
  },
  { name: "redis", deb: "redis-tools", copies: { "bin/redis-server": "usr/bin/redis-check-rdb" } },
  {
    ...{ name: "ruby", deb: "libruby3.1" },
    copies: { "bin/ruby": "usr/bin/ruby3.1", "lib/libruby-3.1.so.3.1.2": `${lib}/libruby-3.1.so.3.1.2` },
  },
];

/** What else is needed: parts of the above, and libraries that programs need to say their version. */
const others = [
  ...["libssl3", "libpython3.11", "ruby3.1", "openjdk-17-jre-headless"],
  ...["liblzf1", "libjemalloc2", "liblua5.1-0", "lua-bitop", "lua-cjson", "libhiredis0.14"],
];

/** Programs that are asked themselves, with the arguments for that. */
const asked: readonly (readonly [name: string, program: string, args: readonly string[]])[] = [
  ["bash", "bin/bash", ["--version"]],
  ["busybox", "bin/busybox", []],
  ["nginx", "sbin/nginx", ["-v"]],
  ["openjdk", "java/bin/java", ["-version"]],
  ["openssl", "bin/openssl", ["version"]],
  ["perl", "bin/perl", ["-e", "print substr($^V, 1)"]],
  ["python", "bin/python3.11", ["-V"]],
  ["redis", "bin/redis-server", ["--version"]],
];

const isBookworm = existsSync("/etc/os-release") && /^VERSION_ID="12"$/m.test(readFileSync("/etc/os-release", "utf8"));
const canRun = isBookworm && aptAnswers();
const skipped = canRun ? "" : " (skipped: this is not Debian 12, or apt cannot download)";

let work: string;
let debs: string;
let sbom: Sbom;
beforeAll(async () => {
  if (!canRun) return;
  work = mkdtempSync(join(tmpdir(), "hardpan-runtimes-"));
  debs = join(work, "debs");
  await unpackDebs(debs, [...cases.map(({ deb }) => deb), ...others], false);
  const local = join(work, "root/usr/local");
  for (const { copies } of cases) {
    for (const [to, from] of Object.entries(copies)) {
      mkdirSync(dirname(join(local, to)), { recursive: true });
      cpSync(join(debs, from), join(local, to));
    }
  }
  const [machine] = process.arch === "x64" ? ["amd64"] : [process.arch];
  cpSync(join(debs, `usr/lib/jvm/java-17-openjdk-${machine}`), join(local, "java"), { recursive: true });
  rmSync(join(local, "java/lib/jvm.cfg"));
  cpSync(join(local, "java/lib/jvm.cfg-default"), join(local, "java/lib/jvm.cfg"));
  const node = nodeProgram();
  if (node !== null) cpSync(node, join(local, "bin/node"));
  sbom = await scanFolders([join(work, "root")]);
}, 400_000);
afterAll(() => {
  if (canRun) rmSync(work, { recursive: true, force: true });
});

const found = (name: string) => sbom.packages.filter((item) => item.type === "generic" && item.name === name);

describe.skipIf(!canRun)(`runtimes without a package${skipped}`, () => {
  it.each(cases)(
    "are found in an image, and have the version that Debian packaged: $name",
    async ({ name, deb, copies }) => {
      const [file = ""] = await downloadDebs([deb]);
      const packaged = execFileSync("dpkg-deb", ["--field", file, "Version"], { encoding: "utf8" }).trim();
      expect(found(name).map(({ version, locations }) => [version, locations])).toEqual([
        [
          upstream(packaged),
          Object.keys(copies)
            .map((path) => `usr/local/${path}`)
            .sort(),
        ],
      ]);
    },
  );

  it.each(asked)("have the version that they print themselves: %s", (name, program, args) => {
    const printed = execFileSync("sh", ["-c", '"$0" "$@" 2>&1', join(work, "root/usr/local", program), ...args], {
      encoding: "utf8",
      env: { LD_LIBRARY_PATH: `${join(debs, lib)}:${join(debs, `lib/${libraries}-linux-gnu`)}` },
    });
    const [, version] = /(\d+\.\d+(?:\.\d+)*)/.exec(printed) ?? [];
    expect(found(name).map((item) => item.version)).toEqual([version]);
  });

  it("include the Node that runs the tests, where its package is for this machine", () => {
    if (nodeProgram() === null) return;
    expect(found("node").map(({ version, locations }) => [version, locations])).toEqual([
      [
        execFileSync(join(work, "root/usr/local/bin/node"), ["-p", "process.versions.node"], {
          encoding: "utf8",
        }).trim(),
        ["usr/local/bin/node"],
      ],
    ]);
  });

  it("own the files of a Java runtime, so that nothing of it is without an owner", () => {
    expect(sbom.unowned.paths.filter((path) => path.startsWith("usr/local/java/"))).toEqual([]);
    expect(sbom.warnings).toEqual([]);
    expectValidDocuments(sbom);
  }, 60_000);

  it("are not listed where they are Debian's own", async () => {
    const root = join(work, "owned");
    await unpackDebs(root, ["nginx", "openssl", "libssl3", "busybox-static"]);
    const owned = await scanFolders([root]);
    expect(owned.packages.filter((item) => item.type === "generic")).toEqual([]);
    expect(owned.packages.filter((item) => item.type === "deb")).toHaveLength(4);
    expectValidDocuments(owned);
  }, 120_000);
});

/** The version of what Debian packaged, out of the version of the package. */
function upstream(version: string): string {
  return version
    .replace(/^\d+:/, "")
    .replace(/-[^-]*$/, "")
    .replace(/^.*\+really/, "")
    .replace(/\+dfsg.*$/, "");
}

/** The program of the npm package with Node for this machine; null where there is none. */
function nodeProgram(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`);
    return join(dirname(manifest), "bin/node");
  } catch {
    return null;
  }
}
