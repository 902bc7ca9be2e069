import { describe, expect, it } from "vitest";
import type { Distribution } from "../../../src/sbom/model.ts";
import { rpmCataloger } from "../../../src/scan/rpm/cataloger.ts";
import { catalogFiles, type HarnessFile } from "../harness.ts";
import { madeBerkeley, madeNdb, madeSqlite } from "./made-database.ts";
import { headerOf, type MadePackage, madeHeader } from "./made-header.ts";

const fedora: Distribution = { id: "fedora", versionId: "43", codename: "", prettyName: "Fedora Linux 43" };

const bash: MadePackage = {
  name: "bash",
  version: "5.3.0",
  release: "2.fc43",
  sourceRpm: "bash-5.3.0-2.fc43.src.rpm",
  license: "GPL-3.0-or-later",
  vendor: "Fedora Project",
  files: ["/etc/skel/.bashrc", "/usr/bin/bash", "/usr/bin/sh"],
  requires: ["libc.so.6(GLIBC_2.38)(64bit)", "rpmlib(CompressedFileNames)", "filesystem >= 3"],
};
const glibc: MadePackage = {
  name: "glibc",
  version: "2.42",
  release: "4.fc43",
  epoch: 1,
  sourceRpm: "glibc-2.42-4.fc43.src.rpm",
  provides: ["libc.so.6(GLIBC_2.38)(64bit)"],
  requires: ["/bin/bash"],
  files: ["/lib64/libc.so.6"],
};
const rpm: MadePackage = { name: "rpm", version: "6.0.0", release: "1.fc43" };

const headers = (...all: readonly MadePackage[]) => all.map(madeHeader);

function catalog(files: Readonly<Record<string, HarnessFile>>, distribution: Distribution | null = fedora) {
  return catalogFiles(rpmCataloger, files, { distribution });
}

const named = ({ packages }: ReturnType<typeof catalog>) =>
  packages.map(({ name, locations }) => `${name} ${locations.join(" ")}`);

describe("rpmCataloger", () => {
  it("describes a package with its source, licence, vendor, URL and what it depends on", () => {
    const { packages, warnings } = catalog({
      "usr/lib/sysimage/rpm/rpmdb.sqlite": madeSqlite(headers(bash, glibc)),
      "etc/skel/.bashrc": "# changed",
      "usr/bin/bash": "elf",
    });
    const purls = [
      "pkg:rpm/fedora/bash@5.3.0-2.fc43?arch=x86_64&distro=fedora-43&upstream=bash-5.3.0-2.fc43.src.rpm",
      "pkg:rpm/fedora/glibc@2.42-4.fc43?arch=x86_64&distro=fedora-43&epoch=1&upstream=glibc-2.42-4.fc43.src.rpm",
    ];
    expect(packages[0]).toEqual({
      type: "rpm",
      name: "bash",
      version: "5.3.0-2.fc43",
      source: { name: "bash", version: "5.3.0-2.fc43" },
      purl: purls[0],
      licenses: ["GPL-3.0-or-later"],
      locations: ["usr/lib/sysimage/rpm/rpmdb.sqlite"],
      evidence: "usr/bin/bash",
      supplier: "Fedora Project",
      architecture: "x86_64",
      comments: [],
      dependsOn: [purls[1]],
    });
    expect(packages[1]).toMatchObject({
      version: "1:2.42-4.fc43",
      source: { name: "glibc", version: "1:2.42-4.fc43" },
      purl: purls[1],
      licenses: [],
      supplier: null,
      dependsOn: [purls[0]],
    });
    expect(warnings).toEqual([]);
  });

  it("knows whose a file is, also by another name of its folder, and the database for rpm's", () => {
    const { owners, packages } = catalog({
      "var/lib/rpm/rpmdb.sqlite": madeSqlite(headers(bash, glibc, rpm)),
      "var/lib/rpm/.rpm.lock": { size: 0 },
      lib64: { type: "symlink", linkPath: "usr/lib64" },
      "usr/lib64/libc.so.6": "elf",
      "usr/bin/bash": "elf",
      "usr/bin/other": "elf",
    });
    const [first, second, third] = packages.map(({ purl }) => purl);
    expect(owners.ownerOf("usr/bin/bash")).toBe(first);
    expect(owners.ownerOf("usr/lib64/libc.so.6")).toBe(second);
    expect(owners.ownerOf("usr/bin/other")).toBeNull();
    expect(owners.ownerOf("var/lib/rpm/rpmdb.sqlite")).toBe(third);
    expect(owners.ownerOf("var/lib/rpm/.rpm.lock")).toBe(third);
    expect(packages[1]?.evidence).toBe("usr/lib64/libc.so.6");
  });

  it("reads every place and format", () => {
    const all = catalog({
      "usr/share/rpm/rpmdb.sqlite": madeSqlite(headers(bash)),
      "usr/lib/sysimage/rpm/Packages.db": madeNdb(headers(glibc)),
      "var/lib/rpm/Packages": madeBerkeley(headers(rpm)),
    });
    expect(named(all)).toEqual([
      "glibc usr/lib/sysimage/rpm/Packages.db",
      "bash usr/share/rpm/rpmdb.sqlite",
      "rpm var/lib/rpm/Packages",
    ]);
  });

  it("reads one database where one of the places is a link to the other", () => {
    const linked = catalog({
      "usr/lib/sysimage/rpm/rpmdb.sqlite": madeSqlite(headers(bash)),
      "var/lib/rpm": { type: "symlink", linkPath: "../../usr/lib/sysimage/rpm" },
    });
    expect(named(linked)).toEqual(["bash usr/lib/sysimage/rpm/rpmdb.sqlite"]);
  });

  it("has a package of two databases once", () => {
    const both = catalog({
      "usr/lib/sysimage/rpm/rpmdb.sqlite": madeSqlite(headers(bash)),
      "var/lib/rpm/rpmdb.sqlite": madeSqlite(headers(bash, rpm)),
    });
    expect(named(both)).toEqual([
      "bash usr/lib/sysimage/rpm/rpmdb.sqlite var/lib/rpm/rpmdb.sqlite",
      "rpm var/lib/rpm/rpmdb.sqlite",
    ]);
  });

  it("takes the newest format of several in one folder, unless it is empty", () => {
    const files = { "var/lib/rpm/Packages": madeBerkeley(headers(bash)) };
    expect(named(catalog({ ...files, "var/lib/rpm/rpmdb.sqlite": madeSqlite(headers(rpm)) }))).toEqual([
      "rpm var/lib/rpm/rpmdb.sqlite",
    ]);
    expect(named(catalog({ ...files, "var/lib/rpm/rpmdb.sqlite": madeSqlite([]) }))).toEqual([
      "bash var/lib/rpm/Packages",
    ]);
  });

  it("reads the list of Microsoft's images without rpm", () => {
    const line =
      "openssl-libs\t3.3.5-4.azl3\t1700000000\t1699999999\tMicrosoft Corporation\t1\t8421\tx86_64\t1\topenssl-3.3.5-4.azl3.src.rpm\n";
    const azure = { id: "azurelinux", versionId: "3.0", codename: null, prettyName: null };
    const { packages } = catalog({ "var/lib/rpmmanifest/container-manifest-2": line }, azure);
    expect(packages).toEqual([
      {
        type: "rpm",
        name: "openssl-libs",
        version: "1:3.3.5-4.azl3",
        source: { name: "openssl", version: "1:3.3.5-4.azl3" },
        purl: "pkg:rpm/azurelinux/openssl-libs@3.3.5-4.azl3?arch=x86_64&distro=azurelinux-3.0&epoch=1&upstream=openssl-3.3.5-4.azl3.src.rpm",
        licenses: [],
        locations: ["var/lib/rpmmanifest/container-manifest-2"],
        supplier: "Microsoft Corporation",
        architecture: "x86_64",
        comments: [],
        dependsOn: [],
      },
    ]);
  });

  it("warns of damaged records, of a damaged database and of changes that were not written back", () => {
    const path = "var/lib/rpm/rpmdb.sqlite";
    const broken = headerOf([[1000, "no-version"]]);
    expect(catalog({ [path]: madeSqlite([...headers(bash), broken]) }).warnings).toEqual([
      { path, reason: "1 of its records is damaged and left out" },
    ]);
    const cut = catalog({ [path]: madeSqlite(headers(bash)).subarray(0, 4096) });
    expect(cut.packages).toEqual([]);
    expect(cut.warnings).toEqual([{ path, reason: expect.stringContaining("cut off") }]);
    const pending = catalog({ [path]: madeSqlite(headers(bash)), [`${path}-wal`]: "frames" });
    expect(named(pending)).toEqual([`bash ${path}`]);
    expect(pending.warnings).toEqual([{ path, reason: expect.stringContaining(`${path}-wal`) }]);
  });

  it("says nothing of an empty file, of other files there, and of an image without a database", () => {
    expect(catalog({ "var/lib/rpm/Packages": "", "var/lib/rpm/Name": "x", "srv/rpmdb.sqlite": "x" })).toMatchObject({
      packages: [],
      warnings: [],
    });
  });
});
