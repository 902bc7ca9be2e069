// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of definitions look like this
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkCatalog } from "../../../../src/flow/catalog/check.ts";
import type { CatalogNew, NewImageRequest } from "../../../../src/flow/catalog/new/model.ts";
import { newImage } from "../../../../src/flow/catalog/new/new.ts";
import type { Ports } from "../../../../src/flow/ports.ts";
import { schemaProblems } from "../../../integration/json-schema.ts";
import { makeDebianArchive, type TestPackage } from "../../../support/debian-archive.ts";
import { flowPorts } from "../../../support/flow.ts";
import { refusal } from "../../../support/refusal.ts";
import { temporaryFolder } from "../../../support/temporary.ts";

const program = { content: "\x7fELF has --version", mode: 0o755 };
const script = (interpreter: string, text = "") => ({ content: `#!${interpreter}\n${text}`, mode: 0o755 });

/** All that shared parts list. */
const base = [
  ...["apt", "base-files", "base-passwd", "bsdutils", "ca-certificates", "coreutils", "curl", "debconf", "mawk"],
  ...["debian-archive-keyring", "debianutils", "diffutils", "dpkg", "findutils", "grep", "gzip", "hostname", "login"],
  ...["init-system-helpers", "libc-bin", "libpam-runtime", "login.defs", "mount", "ncurses-base", "ncurses-bin"],
  ...["netbase", "passwd", "perl-base", "sed", "sysvinit-utils", "tar", "tzdata", "util-linux", "bash"],
].map((name): TestPackage => ({ name, version: "1" }));

const copyright =
  "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Expat\n\nFiles: debian/*\nLicense: GPL-2+\n";

const packages: readonly TestPackage[] = [
  ...base,
  { name: "dash", version: "0.5", files: { "usr/bin/dash": program, "usr/bin/sh": { symlink: "dash" } } },
  { name: "openssl-provider-fips", version: "3.5" },
  { name: "libssl3t64", version: "3.5" },
  {
    name: "distro-info-data",
    version: "0.66",
    files: {
      "usr/share/distro-info/debian.csv":
        "version,codename,series,created,release,eol,eol-lts\n13,Trixie,trixie,2023-06-10,2025-08-09,2028-08-09,2030-06-30\n",
    },
  },
  {
    name: "debian-security-support",
    version: "1:13",
    files: {
      "usr/share/debian-security-support/security-support.deb13":
        "# List of packages whose security support is limited or ends before the distribution EOL\nconsul non-supported 1.10-1 2025-09-20 No longer free\n",
    },
  },
  {
    name: "webd-server",
    source: "webd",
    version: "2:3.4.5-1+deb13u1",
    section: "httpd",
    depends: "webd-common, libssl3t64, adduser, systemd | cron",
    description: "small web server\n Long.",
    files: {
      "usr/sbin/webd": program,
      "usr/bin/webd-setup": script("/bin/sh"),
      "usr/lib/webd/helper": { ...program, mode: 0o4755 },
      "usr/share/doc/webd-server/copyright": copyright,
    },
    scripts: { postinst: "#!/bin/sh\nadduser --system --home /var/lib/webd webd\nchown webd /var/lib/webd\n" },
  },
  {
    name: "webd-common",
    source: "webd",
    version: "2:3.4.5-1+deb13u1",
    files: {
      "etc/webd/webd.conf": { content: "# config\nport 8080\nbind 127.0.0.1\n", mode: 0o640 },
      "etc/default/webd": "OPTIONS=-v\n",
      "usr/lib/systemd/system/webd.service":
        "[Service]\nType=notify\nUser=webd\nEnvironmentFile=/etc/default/webd\nEnvironment=MODE=fast\nExecStart=/usr/sbin/webd -c /etc/webd/webd.conf $OPTIONS\nRuntimeDirectory=webd\nKillSignal=SIGQUIT\n",
      "usr/lib/systemd/system/webd-once.service": "[Service]\nType=oneshot\nExecStart=/usr/bin/webd-setup\n",
    },
  },
  { name: "cron", version: "1", files: { "usr/sbin/cron": program } },
  { name: "systemd", version: "1", files: { "usr/bin/systemctl": program } },
  { name: "adduser", version: "1" },
  { name: "two-tools", version: "1.0-1", files: { "usr/bin/one": program, "usr/bin/other": program } },
  {
    name: "shelltool",
    version: "0.9-1",
    files: { "usr/bin/shelltool": script("/bin/sh -e", "sed s/a/b/ | tr a b\n") },
  },
  { name: "libonly1", version: "1", files: { "usr/lib/x86_64-linux-gnu/libonly.so.1": program } },
  { name: "only-here", version: "1.0", architecture: "amd64", files: { "usr/bin/only-here": program } },
];

async function world(): Promise<Ports> {
  const folder = await temporaryFolder();
  const archive = await makeDebianArchive({ directory: join(folder, "archive"), packages });
  return await flowPorts({ archive, catalog: join(folder, "catalog"), cache: join(folder, "cache") });
}

const usual = { release: "13", line: null, dev: true, fips: null, dryRun: false } as const;

async function drawn(
  name: string,
  more: Partial<NewImageRequest> = {},
  known?: Ports,
): Promise<CatalogNew & { readonly ports: Ports }> {
  const ports = known ?? (await world());
  const result = await newImage({ ...usual, name, package: name, ...more }, ports);
  expect(schemaProblems("catalog-new", JSON.parse(JSON.stringify(result)))).toEqual([]);
  return { ...result, ports };
}

const said = ({ guesses }: CatalogNew, what: string) =>
  guesses.filter((guess) => guess.what === what).map(({ value }) => value);
const textOf = ({ files }: CatalogNew, path: string) => files.find((file) => file.path.endsWith(path))?.content ?? "";

describe("a new image of a service", () => {
  it("is what its unit, configuration and scripts say, and passes the check of the catalogue", async () => {
    const result = await drawn("webd", { package: "webd-server" });
    expect(result.tags).toEqual(["3.4-debian13", "3.4-debian13-dev", "3.4-debian13-fips", "3.4-debian13-fips-dev"]);
    const guessed = [
      "vars.VERSION",
      "dates.end-of-life",
      "accounts.run-as",
      "entrypoint",
      "cmd",
      "environment",
      "ports",
      "stop-signal",
      "volumes",
    ];
    expect(guessed.map((what) => said(result, what).join(" "))).toEqual([
      "3.4.5",
      "2028-08-09",
      "webd",
      "/usr/sbin/webd",
      "-c /etc/webd/webd.conf -v",
      "MODE",
      "8080/tcp",
      "SIGQUIT",
      "/var/lib/webd",
    ]);
    expect(said(result, "contents.packages")).toEqual(["!systemd", "!cron"]);
    expect(said(result, "paths delete")).toEqual(["/usr/bin/webd-setup", "/usr/lib/webd/helper"]);
    expect(said(result, "metadata.licence")).toEqual(["MIT"]);
    expect(result.closure.map(({ name }) => name)).not.toContain("cron");
    expect(textOf(result, "include/webd.yaml")).toContain(
      '{ type: file, path: /etc/webd/webd.conf, source: "package://webd-common/etc/webd/webd.conf", uid: 0, gid: 65532, mode: "0640" }',
    );
    expect(textOf(result, "check.yaml")).toContain("# By /etc/webd/webd.conf it listens to its own container alone.");
    const check = await checkCatalog(result.ports);
    expect(check.totals).toMatchObject({ definitions: 4, buildable: 4, invalid: 0 });
    expect(check.information).toEqual([]);
    expect(check.definitions.flatMap(({ notes }) => notes)).toEqual([]);
  });

  it("says in its files of what is not certain what to look at", async () => {
    const result = await drawn("webd", { package: "webd-server", dryRun: true });
    expect(textOf(result, "include/webd.yaml")).toContain(
      "# Guessed from /etc/webd/webd.conf: check.\nports:\n  - 8080/tcp\n",
    );
    const uncertain = result.guesses.filter(({ confidence }) => confidence !== "certain").length;
    const remarks = result.files.flatMap(({ content }) => content.match(/# Guessed from /g) ?? []).length;
    expect(remarks).toBeGreaterThanOrEqual(
      uncertain - said(result, "tags").length - said(result, "contents.packages").length,
    );
    await expect(readdir(result.ports.catalog)).rejects.toThrow("ENOENT");
  });

  it("goes without variants that are not wanted, and names another line of versions", async () => {
    const result = await drawn("webd", { package: "webd-server", dev: false, fips: false, line: "3" });
    expect(result.tags).toEqual(["3-debian13"]);
    expect(textOf(result, "debian-13/3.yaml")).toContain('tags:\n  - "3"\n  - 3-debian\n  - 3-debian13\n');
  });
});

describe("a new image of a program", () => {
  it("starts the only one, or that of the package's name, and else says which others there are", async () => {
    const ports = await world();
    const result = await drawn("two-tools", {}, ports);
    expect(result.guesses.find(({ what }) => what === "entrypoint")).toMatchObject({
      value: "/usr/bin/one",
      confidence: "unsure",
      reason: expect.stringContaining("the others are /usr/bin/other"),
    });
    expect(said(await drawn("two", { package: "two-tools", dryRun: true }, ports), "accounts.run-as")).toEqual([
      "nonroot",
    ]);
  });

  it("lists what runs a script, and the tools the script calls", async () => {
    const result = await drawn("shelltool");
    expect(said(result, "contents.packages")).toEqual(["dash", "coreutils", "sed"]);
    expect(result.closure.map(({ name }) => name)).toEqual(expect.arrayContaining(["coreutils", "dash", "sed"]));
  });

  it("is for one platform where Debian has its packages for one", async () => {
    const result = await drawn("only-here");
    expect(result.notes).toContain("it is for amd64 alone: Debian has not all of its packages for arm64");
    const { definitions } = await checkCatalog(result.ports);
    expect(definitions.map(({ status }) => status)).toEqual(["buildable", "buildable"]);
  });
});

describe("a new image is refused", () => {
  it.each([
    ["libonly1", {}, "CATALOG_PACKAGE_UNSUITABLE", "it is a library"],
    ["webd-serve", {}, "CATALOG_PACKAGE_UNKNOWN", "no package webd-serve"],
    ["Webd", {}, "CATALOG_NAME_INVALID", '"Webd"'],
    ["..", {}, "CATALOG_NAME_INVALID", '".."'],
    ["two-tools", { fips: true }, "CATALOG_PACKAGE_UNSUITABLE", "two-tools does not use OpenSSL"],
    ["webd-server", { line: "4" }, "CATALOG_VERSION_DIFFERS", "3.4.5, not 4"],
  ])("for %s %j", async (name, more, code, message) => {
    const ports = await world();
    const refused = newImage({ ...usual, name, package: name, ...more }, ports);
    await expect(refused).rejects.toEqual(refusal(code, message));
    await expect(readdir(ports.catalog)).rejects.toThrow("ENOENT");
  });

  it("with the names that are nearest to one that Debian does not have", async () => {
    const refused = newImage({ ...usual, name: "webd-serve", package: "webd-serve" }, await world());
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining("did you mean webd-server?") });
  });

  it("where there is something in its place, which stays as it is", async () => {
    const ports = await world();
    await drawn("two-tools", {}, ports);
    const path = join(ports.catalog, "image/two-tools/info.yaml");
    const before = await readFile(path, "utf8");
    const again = newImage({ ...usual, name: "two-tools", package: "webd-server" }, ports);
    await expect(again).rejects.toEqual(refusal("CATALOG_EXISTS", "image/two-tools"));
    expect(await readFile(path, "utf8")).toBe(before);
    expect(await readdir(ports.catalog)).toEqual(["image"]);
  });
});
