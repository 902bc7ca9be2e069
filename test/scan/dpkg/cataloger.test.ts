import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { symlink, type TestLayer } from "../../facts/layers.ts";
import { has, run } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { named, packageNamed, scanLayers, statusStanza, trixie } from "../tree.ts";

const mawk = statusStanza({ Package: "mawk", Version: "1.3.4.20250131-1", "Multi-Arch": "foreign" });
const libc = statusStanza({
  Package: "libc6",
  Version: "2.41-12+b1",
  Source: "glibc (2.41-12)",
  "Multi-Arch": "same",
  Maintainer: "GNU Libc Maintainers <debian-glibc@lists.debian.org>",
});
const tzdata = statusStanza({ Package: "tzdata", Version: "1:2025b-4+deb13u1", Architecture: "all" });

const base: TestLayer = {
  "usr/lib/os-release": trixie,
  "etc/os-release": symlink("../usr/lib/os-release"),
  lib: symlink("usr/lib"),
  "var/lib/dpkg/status": [mawk, libc, tzdata].join("\n"),
  "var/lib/dpkg/info/mawk.list": "/.\n/usr\n/usr/bin\n/usr/bin/mawk\n/usr/share/doc/mawk/copyright\n",
  "var/lib/dpkg/info/mawk.md5sums": "d41d8cd98f00b204e9800998ecf8427e  usr/bin/mawk\n",
  "var/lib/dpkg/info/libc6:amd64.list": "/.\n/lib/libc.so.6\n/usr/lib/libm.so.6\n",
  "var/lib/dpkg/info/libc6:amd64.postinst": "#!/bin/sh\n",
  "usr/bin/mawk": "elf",
  "usr/lib/libc.so.6": "elf",
  "usr/lib/libm.so.6": symlink("libm.so.6.1"),
  "usr/share/doc/mawk/copyright":
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-2\n",
};

describe("dpkgCataloger", () => {
  it("lists what is installed, with source package, licences, supplier and URL", async () => {
    const { sbom, layers } = await scanLayers([base]);
    expect(named(sbom.packages)).toEqual([
      "deb libc6 2.41-12+b1",
      "deb mawk 1.3.4.20250131-1",
      "deb tzdata 1:2025b-4+deb13u1",
    ]);
    expect(packageNamed(sbom, "libc6")).toEqual({
      type: "deb",
      name: "libc6",
      version: "2.41-12+b1",
      source: { name: "glibc", version: "2.41-12" },
      purl: "pkg:deb/debian/libc6@2.41-12%2Bb1?arch=amd64&distro=debian-13&upstream=glibc%402.41-12",
      licenses: [],
      locations: ["var/lib/dpkg/status"],
      layer: layers[0],
      supplier: "GNU Libc Maintainers <debian-glibc@lists.debian.org>",
      architecture: "amd64",
      comments: [],
      owner: null,
      fromBase: null,
      dependsOn: [],
    });
    expect(packageNamed(sbom, "mawk").licenses).toEqual(["GPL-2.0-only"]);
    expect(packageNamed(sbom, "tzdata")).toMatchObject({ layer: null, architecture: "all", licenses: [] });
  });

  it("leaves out what is removed, though its configuration is left", async () => {
    const states = ["deinstall ok config-files", "purge ok not-installed", "install ok unpacked", "hold ok installed"];
    const stanzas = states.map((Status, at) => statusStanza({ Package: `p${at}`, Version: "1", Status }));
    const { sbom } = await scanLayers([{ "var/lib/dpkg/status": stanzas.join("\n") }]);
    expect(sbom.packages.map((item) => item.name)).toEqual(["p2", "p3"]);
  });

  it("knows the owner of a file recorded under the other name of its folder", async () => {
    const { sbom } = await scanLayers([{ ...base, "usr/lib/stray": "x" }]);
    expect(sbom.unowned).toEqual({
      files: 4,
      bytes: trixie.length + 1,
      paths: ["etc/os-release", "lib", "usr/lib/os-release", "usr/lib/stray"],
    });
  });

  it("lists the same package once for each architecture", async () => {
    const other = libc.replace("Architecture: amd64", "Architecture: i386");
    const layer: TestLayer = {
      "var/lib/dpkg/status": `${libc}\n${other}`,
      "var/lib/dpkg/info/libc6:amd64.list": "/usr/lib/x86_64-linux-gnu/libc.so.6\n",
      "var/lib/dpkg/info/libc6:i386.list": "/usr/lib/i386-linux-gnu/libc.so.6\n",
      "usr/lib/i386-linux-gnu/libc.so.6": "elf",
      "usr/lib/x86_64-linux-gnu/libc.so.6": "elf",
    };
    const { sbom } = await scanLayers([layer]);
    expect(sbom.packages.map((item) => item.purl)).toEqual([
      "pkg:deb/debian/libc6@2.41-12%2Bb1?arch=amd64&upstream=glibc%402.41-12",
      "pkg:deb/debian/libc6@2.41-12%2Bb1?arch=i386&upstream=glibc%402.41-12",
    ]);
    expect(sbom.unowned.files).toBe(0);
  });

  it("gives dpkg what is common to all packages, where dpkg is installed", async () => {
    const common: TestLayer = {
      "var/lib/dpkg/info/format": "1\n",
      "var/lib/dpkg/lock": "",
      "var/lib/dpkg/info/gone.list": "",
    };
    const dpkg = statusStanza({ Package: "dpkg", Version: "1.22.21" });
    const without = await scanLayers([{ "var/lib/dpkg/status": mawk, ...common }]);
    expect(without.sbom.unowned.paths).toEqual(Object.keys(common).sort());
    const withDpkg = await scanLayers([{ "var/lib/dpkg/status": `${mawk}\n${dpkg}`, ...common }]);
    expect(withDpkg.sbom.unowned.paths).toEqual(["var/lib/dpkg/info/gone.list"]);
  });

  it("says which layer brought a package, also when an upper one replaces the status file", async () => {
    const curl = statusStanza({ Package: "curl", Version: "8.14.1-2" });
    const upper: TestLayer = {
      "var/lib/dpkg/status": [mawk, libc, tzdata, curl].join("\n"),
      "var/lib/dpkg/info/curl.list": "/usr/bin/curl\n",
      "usr/bin/curl": "elf",
    };
    const { sbom, layers } = await scanLayers([base, upper]);
    expect(packageNamed(sbom, "curl").layer).toBe(layers[1]);
    expect(packageNamed(sbom, "mawk").layer).toBe(layers[0]);
  });

  it("takes a package removed in an upper layer for removed", async () => {
    const upper: TestLayer = {
      "var/lib/dpkg/status": libc,
      "var/lib/dpkg/info/.wh.mawk.list": "",
      "usr/bin/.wh.mawk": "",
    };
    expect((await scanLayers([base, upper])).sbom.packages.map((item) => item.name)).toEqual(["libc6"]);
  });

  it("knows that a file dpkg-divert moved still has its owner", async () => {
    const layer: TestLayer = {
      "var/lib/dpkg/status": mawk,
      "var/lib/dpkg/info/mawk.list": "/usr/bin/mawk\n",
      "var/lib/dpkg/diversions": "/usr/bin/mawk\n/usr/bin/mawk.distrib\nother\n/usr/bin/x\n/usr/bin/x.distrib\n:\n",
      "usr/bin/mawk.distrib": "elf",
      "usr/bin/x.distrib": "elf",
    };
    expect((await scanLayers([layer])).sbom.unowned.paths).toEqual(["usr/bin/x.distrib", "var/lib/dpkg/diversions"]);
  });

  it("names the image's status file when it cannot be read", async () => {
    await expect(scanLayers([{ "var/lib/dpkg/status": "Package: a\nnot a field\n" }])).rejects.toMatchObject({
      code: "SCAN_STATUS_INVALID",
      message: expect.stringContaining("var/lib/dpkg/status"),
    });
  });
});

describe("dpkgCataloger, without dpkg", () => {
  it("reads status.d as images of Distroless have it, checksums naming the files", async () => {
    const layer: TestLayer = {
      "etc/os-release": trixie,
      "var/lib/dpkg/status.d/libssl3t64":
        "Package: libssl3t64\nSource: openssl\nVersion: 3.5.1-1\nArchitecture: amd64\n",
      "var/lib/dpkg/status.d/libssl3t64.md5sums": "d41d8cd98f00b204e9800998ecf8427e  usr/lib/libssl.so.3\n",
      "var/lib/dpkg/status.d/base":
        "Package: base-files\nVersion: 13.8\nArchitecture: amd64\nMaintainer: Santiago Vila <sanvila@debian.org>\n",
      "usr/lib/libssl.so.3": "elf",
      "usr/lib/libssl.so": symlink("libssl.so.3"),
    };
    const { sbom, layers } = await scanLayers([{ first: "" }, layer]);
    expect(named(sbom.packages)).toEqual(["deb base-files 13.8", "deb libssl3t64 3.5.1-1"]);
    expect(packageNamed(sbom, "libssl3t64")).toMatchObject({
      source: { name: "openssl", version: "3.5.1-1" },
      purl: "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13&upstream=openssl",
      locations: ["var/lib/dpkg/status.d/libssl3t64"],
      layer: layers[1],
      supplier: null,
    });
    expect(sbom.unowned.paths).toEqual(["etc/os-release", "first", "usr/lib/libssl.so"]);
  });

  it("owns every path of a full list, links and configuration too", async () => {
    const layer: TestLayer = {
      "var/lib/dpkg/status.d/libssl3t64": "Package: libssl3t64\nVersion: 3.5.1-1\nArchitecture: amd64\n",
      "var/lib/dpkg/status.d/libssl3t64.md5sums": "d41d8cd98f00b204e9800998ecf8427e  usr/lib/libssl.so.3\n",
      "var/lib/dpkg/status.d/libssl3t64.list": "/usr/lib/libssl.so.3\n/usr/lib/libssl.so\n/etc/ssl/openssl.cnf\n",
      "usr/lib/libssl.so.3": "elf",
      "usr/lib/libssl.so": symlink("libssl.so.3"),
      "etc/ssl/openssl.cnf": "",
    };
    expect((await scanLayers([layer])).sbom.unowned).toEqual({ files: 0, bytes: 0, paths: [] });
  });

  it("counts a package once that both forms of the database name", async () => {
    const layer: TestLayer = {
      "var/lib/dpkg/status": mawk,
      "var/lib/dpkg/status.d/mawk": mawk,
    };
    expect(named((await scanLayers([layer])).sbom.packages)).toEqual(["deb mawk 1.3.4.20250131-1"]);
  });
});

describe("dpkgCataloger, compared with dpkg", () => {
  it.skipIf(!has("dpkg-query"))("lists what dpkg-query lists of the same database (needs dpkg-query)", async () => {
    const states = [
      "install ok installed",
      "deinstall ok config-files",
      "install ok half-configured",
      "hold ok installed",
    ];
    const stanzas = [mawk, libc, tzdata].concat(
      states.map((Status, at) =>
        statusStanza({
          Package: `extra${at}`,
          Version: `${at + 1}:1.${at}-1+b${at}`,
          Status,
          ...(Status.endsWith("config-files") ? { Conffiles: "\n /etc/extra 0123456789abcdef0123456789abcdef" } : {}),
        }),
      ),
    );
    const folder = await temporaryFolder();
    await save(join(folder, "status"), stanzas.join("\n"));
    const list = run("dpkg-query", [
      `--admindir=${folder}`,
      "-W",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the format language of dpkg-query
      "-f=${db:Status-Abbrev} ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n",
    ]);
    const theirs = list
      .split("\n")
      .filter((line) => line !== "" && !/^.[cn]/.test(line))
      .map((line) => line.slice(4));
    const { sbom } = await scanLayers([{ "var/lib/dpkg/status": stanzas.join("\n") }]);
    const ours = sbom.packages.map((item) => [item.name, item.version, item.architecture, item.source?.name].join(" "));
    expect(theirs.length).toBe(6);
    expect(ours.sort()).toEqual(theirs.map((line) => line.split(" ").slice(0, 4).join(" ")).sort());
  });

  it.skipIf(!has("dpkg-query"))("lists what dpkg-query lists of this machine (needs dpkg-query)", async () => {
    const status = await readFile("/var/lib/dpkg/status");
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the format language of dpkg-query
    const list = run("dpkg-query", ["-W", "-f=${db:Status-Abbrev} ${Package} ${Version} ${Architecture}\n"]);
    const theirs = list
      .split("\n")
      .filter((line) => /^[^dr]/.test(line) && !/^.[cn]/.test(line))
      .map((line) => line.slice(4));
    const { sbom } = await scanLayers([{ "var/lib/dpkg/status": status }]);
    expect(sbom.packages.map((item) => `${item.name} ${item.version} ${item.architecture}`).sort()).toEqual(
      theirs.sort(),
    );
  });
});

async function save(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
