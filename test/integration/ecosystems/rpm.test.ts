import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { generateKey } from "openpgp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pathsOf } from "../../../src/scan/installed/files.ts";
import { bytesInMemory } from "../../../src/scan/reading/random-bytes.ts";
import { rpmCataloger } from "../../../src/scan/rpm/cataloger.ts";
import { readRpmDatabase } from "../../../src/scan/rpm/database.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import { catalogFiles } from "../../scan/harness.ts";
import { loadBerkeley } from "../../scan/rpm/load-berkeley.ts";
import { has } from "../../support/program.ts";
import { scanFolders } from "../../support/real-root.ts";
import {
  buildRpms,
  canBuildRpms,
  databaseNames,
  type RpmBackend,
  type RpmDatabaseFolder,
  rpm,
  writesDatabases,
} from "../../support/rpm.ts";

/** Sub-packages, so that the database has pages of pages. */
const count = 320;

const spec = `
Name: many
Version: 1.0~rc1
Release: 3%{?dist}
Summary: made in a test
License: MIT AND Apache-2.0
Vendor: Test Team <team@example.org>
BuildArch: noarch
Requires: /bin/sh
%description
made in a test
${Array.from({ length: count }, (_, index) => subPackage(index)).join("")}
%package -n shell
Summary: made in a test
Epoch: 2
Version: 5.2^git1
License: GPL-3.0-or-later
Provides: libshell.so.1()(64bit) = 5
%description -n shell
made in a test
%package -n long-list
Summary: made in a test
ModularityLabel: long:1:20260101:c0ffee
%description -n long-list
made in a test
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/long/empty %{buildroot}/usr/lib/many
touch %{buildroot}/usr/bin/sh
ln -s sh %{buildroot}/usr/bin/bash
for number in $(seq 0 ${count - 1}); do echo $number > %{buildroot}/usr/lib/many/$number; done
for number in $(seq 1 3000); do : > %{buildroot}/usr/share/long/a-file-with-a-long-name-$number; done
%files
%files -n shell
/usr/bin/sh
/usr/bin/bash
%ghost /var/log/shell.log
%files -n long-list
/usr/share/long
`;

function subPackage(index: number): string {
  const requires = index === 0 ? "shell >= 5" : `many-part-${index - 1} = %{version}`;
  return `
%package part-${index}
Summary: made in a test
Requires: ${requires}
${index === 7 ? "Requires: libshell.so.1()(64bit)" : ""}
%description part-${index}
made in a test
%files part-${index}
/usr/lib/many/${index}
`;
}

let work = "";
let packages: readonly string[] = [];
/** With all packages, for reading only. */
let installed: RpmDatabaseFolder = { folder: "", backend: "sqlite" };
const canBuild = canBuildRpms();

beforeAll(async () => {
  if (!canBuild) return;
  work = await mkdtemp(join(tmpdir(), "hardpan-test-"));
  packages = await buildRpms(join(work, "build"), spec);
  // Older rpms know no other kind of key than RSA.
  const key = await generateKey({ type: "rsa", rsaBits: 2048, userIDs: [{ name: "Test Team" }] });
  await writeFile(join(work, "key.asc"), key.publicKey);
  installed = await install("sqlite");
}, 120_000);

afterAll(async () => {
  if (work !== "") await rm(work, { recursive: true, force: true });
});

/** A database with all packages, and with a key that rpm trusts. */
async function install(backend: RpmBackend): Promise<RpmDatabaseFolder> {
  const database = { folder: await mkdtemp(join(work, `${backend}-`)), backend };
  rpm(database, ["--install", "--justdb", "--nodeps", "--nosignature", ...packages]);
  rpm(database, ["--import", join(work, "key.asc")], "rpmkeys");
  return database;
}

/** What rpm itself says of each package, keys aside. */
function asRpmSays(database: RpmDatabaseFolder): readonly string[] {
  const format = ["NAME", "EPOCH", "VERSION", "RELEASE", "ARCH", "LICENSE", "VENDOR", "SOURCERPM", "MODULARITYLABEL"];
  const lines = rpm(database, ["-qa", "--qf", `${format.map((tag) => `%{${tag}}`).join("|")}\n`]).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("gpg-pubkey|")).sort();
}

/** The same of what is read here. */
function asRead(bytes: Uint8Array): readonly string[] {
  const database = readRpmDatabase(bytesInMemory(bytes));
  expect(database?.damaged).toBe(0);
  return (database?.packages ?? [])
    .map((item) => {
      const { name, epoch, version, architecture, license, vendor, sourceRpm, module } = item;
      const versionAndRelease = version.replace("-", "|");
      const fields = [name, epoch, versionAndRelease, architecture, license, vendor, sourceRpm, module];
      return fields.map((field) => field ?? "(none)").join("|");
    })
    .sort();
}

function databaseFile({ folder, backend }: RpmDatabaseFolder): Promise<Uint8Array> {
  return readFile(join(folder, databaseNames[backend]));
}

describe.skipIf(!canBuild).for(["sqlite", "ndb"] as const)(
  `real packages in rpm's own %s database${canBuild ? "" : " (skipped without rpm and rpmbuild)"}`,
  { timeout: 120_000 },
  (backend) => {
    it("are those rpm lists, and an erased one is not", async ({ skip }) => {
      if (!writesDatabases({ folder: await mkdtemp(join(work, "try-")), backend })) {
        skip(`this rpm does not write ${backend} databases`);
      }
      const database = await install(backend);
      expect(rpm(database, ["-q", "gpg-pubkey"])).toContain("gpg-pubkey-");
      const all = asRead(await databaseFile(database));
      expect(all.length).toBe(count + 3);
      expect(all).toEqual(asRpmSays(database));

      rpm(database, ["--erase", "--justdb", "--nodeps", "many-part-5", "long-list", "many-part-300"]);
      const left = asRead(await databaseFile(database));
      expect(left.length).toBe(count);
      expect(left).toEqual(asRpmSays(database));
      expect(left.some((line) => /^(many-part-5|many-part-300|long-list)\|/.test(line))).toBe(false);

      rpm(database, ["--install", "--justdb", "--nodeps", ...packages.filter((path) => path.includes("/long-list-"))]);
      expect(asRead(await databaseFile(database))).toEqual(asRpmSays(database));
    });
  },
);

describe.skipIf(!canBuild)(
  `real packages${canBuild ? "" : " (skipped without rpm and rpmbuild)"}`,
  { timeout: 120_000 },
  () => {
    it("have the files rpm says they have, folders aside", async () => {
      const format = "[%{=NAME} %{FILENAMES} %{FILEMODES:octal}\n]";
      const expected = rpm(installed, ["-qa", "--qf", format])
        .split("\n")
        .filter((line) => line !== "" && !/ 4\d{4}$/.test(line.replace(/ 0+(?=\d)/, " ")))
        .map((line) => line.replace(/ \d+$/, ""));
      const read = readRpmDatabase(bytesInMemory(await databaseFile(installed)))?.packages ?? [];
      const found = read.flatMap(({ name, files }) => [...pathsOf(files)].map((path) => `${name} /${path}`));
      expect(found.length).toBe(3000 + count + 3);
      expect(found.sort()).toEqual(expected.sort());
    });

    it("depend on what they require by name, by library and by file", async () => {
      const bytes = await databaseFile(installed);
      const { packages: found } = catalogFiles(rpmCataloger, { "var/lib/rpm/rpmdb.sqlite": bytes });
      const names = new Map(found.map(({ purl, name }) => [purl, name]));
      const needs = (name: string) =>
        found.find((item) => item.name === name)?.dependsOn?.map((purl) => names.get(purl));
      expect(needs("many")).toEqual(["shell"]);
      expect(needs("many-part-0")).toEqual(["shell"]);
      expect(needs("many-part-7")).toEqual(["many-part-6", "shell"]);
      expect(needs("shell")).toEqual([]);
      expect(found.find(({ name }) => name === "shell")).toMatchObject({
        version: "2:5.2^git1-3",
        purl: expect.stringMatching(
          /^pkg:rpm\/debian\/shell@5\.2%5Egit1-3\?arch=noarch&distro=debian-13&epoch=2&upstream=/,
        ),
        source: { name: "many", version: "2:1.0~rc1-3" },
      });
    });

    it("are those rpm lists of an image that has their database, and own what was installed", async () => {
      const root = await mkdtemp(join(work, "root-"));
      await mkdir(join(root, "var/lib"), { recursive: true });
      await cp(installed.folder, join(root, "var/lib/rpm"), { recursive: true });
      const format = "[%{=NAME} %{FILENAMES}\n]";
      const listed = rpm(installed, ["-qa", "--qf", format]).split("\n");
      const files = listed
        .filter((line) => /^(?:shell|many-part-\d) \/usr\//.test(line))
        .map((line) => line.split(" /")[1] ?? "");
      for (const file of files) {
        await mkdir(join(root, file, ".."), { recursive: true });
        await writeFile(join(root, file), "here\n");
      }
      const sbom = await scanFolders([root]);
      const said = rpm(installed, ["-qa", "--qf", "%{NAME} %{ARCH} %{LICENSE}\n"]).split("\n");
      expect(
        sbom.packages.map(({ name, architecture, licenses }) => `${name} ${architecture} ${licenses}`).sort(),
      ).toEqual(said.filter((line) => line !== "" && !line.startsWith("gpg-pubkey ")).sort());
      expect(files.length).toBe(12);
      expect(sbom.unowned.paths.filter((path) => path.startsWith("usr/"))).toEqual([]);
      expectValidDocuments(sbom);
    });

    const canLoad = has("db5.3_load");
    it.skipIf(!canLoad)(
      `are the same in a database that Berkeley DB wrote${canLoad ? "" : " (skipped without db5.3_load of db5.3-util)"}`,
      async () => {
        const sqlite = new DatabaseSync(join(installed.folder, databaseNames.sqlite), { readOnly: true });
        const rows = sqlite.prepare("SELECT blob FROM Packages ORDER BY hnum").all();
        sqlite.close();
        const blobs = rows.flatMap(({ blob }) => (blob instanceof Uint8Array ? [blob] : []));
        expect(blobs.length).toBe(count + 4);
        for (const pageSize of [512, 4096]) {
          expect(asRead(loadBerkeley(blobs, { folder: work, pageSize }))).toEqual(asRpmSays(installed));
        }
      },
    );
  },
);
