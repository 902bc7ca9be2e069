import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseLicense } from "../../../src/sbom/license.ts";
import type { Sbom } from "../../../src/sbom/model.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import { has } from "../../support/program.ts";
import { aptAnswers, downloadDebs, scanFolders, unpackDebs } from "../../support/real-root.ts";
import { long, newFolder, removeFolder, titled } from "../shared.ts";

const missing = has("dpkg-query") ? null : "needs dpkg-query";
const noApt = aptAnswers() ? null : "apt cannot download packages";
const names = ["bash", "coreutils", "libc6", "libgcc-s1", "liblzma5", "mawk", "perl-base", "tzdata", "xz-utils"];

describe.skipIf(missing !== null)(titled("Debian packages", missing), () => {
  let root = "";
  beforeAll(async () => {
    root = await newFolder();
  });
  afterAll(async () => await removeFolder(root));

  it(
    "are those dpkg-query lists of this machine, whatever state they are in",
    async () => {
      const folder = join(root, "machine");
      await mkdir(join(folder, "var/lib/dpkg"), { recursive: true });
      await mkdir(join(folder, "usr/share"), { recursive: true });
      await cp("/var/lib/dpkg", join(folder, "var/lib/dpkg"), { recursive: true });
      await cp("/usr/share/doc", join(folder, "usr/share/doc"), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !/\.gz$|\/examples\//.test(path),
      });
      await spoil(join(folder, "var/lib/dpkg/status"));
      const sbom = await scanFolders([folder]);
      const listed = query(join(folder, "var/lib/dpkg"));
      expect(listed.length).toBeGreaterThan(100);
      expect(sbom.packages.map(lineOf).sort()).toEqual(listed.toSorted());
      expect(sbom.warnings).toEqual([]);
      expect(unmetDependencies(sbom, join(folder, "var/lib/dpkg"))).toEqual([]);
      for (const { licenses } of sbom.packages) {
        for (const license of licenses) expect(parseLicense(license), license).not.toBeNull();
      }
      expect(sbom.packages.filter(({ licenses }) => licenses.length > 0).length).toBeGreaterThan(
        sbom.packages.length / 2,
      );
      expectValidDocuments(sbom);
    },
    long,
  );

  it.skipIf(noApt !== null)(
    titled("are found in both forms of the database, with all their files", noApt),
    async () => {
      const whole = join(root, "whole");
      await unpackDebs(whole, names);
      const sbom = await scanFolders([whole]);
      expect(sbom.packages.map(lineOf).sort()).toEqual(query(join(whole, "var/lib/dpkg")).toSorted());
      expect(sbom.unowned.paths.filter((path) => !path.startsWith("var/lib/dpkg/"))).toEqual([]);
      const xz = sbom.packages.find(({ name }) => name === "xz-utils");
      expect(xz?.dependsOn.map((purl) => /\/([^/@]+)@/.exec(purl)?.[1])).toEqual(["libc6", "liblzma5"]);
      const ours = sbom.packages.filter(({ licenses }) => licenses.length > 0).map(({ name }) => name);
      expect(ours).toEqual(expect.arrayContaining(["bash", "coreutils", "liblzma5", "perl-base", "xz-utils"]));

      const parts = join(root, "parts");
      await writeParts(parts, whole);
      const distroless = await scanFolders([parts]);
      expect(distroless.packages.map(lineOf).sort()).toEqual(sbom.packages.map(lineOf).sort());
      const regular = sbom.packages.map(({ purl, dependsOn, licenses }) => ({ purl, dependsOn, licenses }));
      expect(distroless.packages.map(({ purl, dependsOn, licenses }) => ({ purl, dependsOn, licenses }))).toEqual(
        regular,
      );
      for (const { locations, layer } of distroless.packages) {
        expect(locations[0]).toMatch(/^var\/lib\/dpkg\/status\.d\/[a-z0-9+.-]+$/);
        expect(layer).not.toBeNull();
      }
      expectValidDocuments(sbom);
      expectValidDocuments(distroless);
    },
    long,
  );
});

/** Every third package gets another state, as an interrupted upgrade or a removal leaves them. */
async function spoil(path: string): Promise<void> {
  const states = [
    "install ok unpacked",
    "deinstall ok config-files",
    "install reinstreq half-installed",
    "hold ok installed",
  ];
  const stanzas = (await readFile(path, "utf8")).split("\n\n");
  const spoiled = stanzas.map((stanza, at) => {
    const state = at % 3 === 0 ? states[(at / 3) % states.length] : undefined;
    return state === undefined ? stanza : stanza.replace(/^Status: .*$/m, `Status: ${state}`);
  });
  await writeFile(path, spoiled.join("\n\n"));
}

/** A form of the database without dpkg: one file for each package, and its checksums. */
async function writeParts(target: string, whole: string): Promise<void> {
  await cp(whole, target, { recursive: true, verbatimSymlinks: true });
  await rm(join(target, "var/lib/dpkg"), { recursive: true });
  const folder = join(target, "var/lib/dpkg/status.d");
  await mkdir(folder, { recursive: true });
  for (const file of await downloadDebs(names)) {
    const control = execFileSync("dpkg-deb", ["--field", file], { encoding: "utf8" });
    const [name = ""] = /(?<=^Package: ).*/m.exec(control) ?? [];
    await writeFile(join(folder, name), control);
    await writeFile(join(folder, `${name}.md5sums`), execFileSync("dpkg-deb", ["--info", file, "md5sums"]));
  }
}

/** What dpkg says of the packages that have files, a line each. */
function query(database: string): readonly string[] {
  const fields = [
    "db:Status-Status",
    "Package",
    "Version",
    "Architecture",
    "source:Package",
    "source:Version",
    "Maintainer",
  ];
  const format = `${fields.map((field) => `\${${field}}`).join("\\t")}\\n`;
  return execFileSync("dpkg-query", [`--admindir=${database}`, "--show", `--showformat=${format}`], {
    encoding: "utf8",
  })
    .trim()
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([state = ""]) => !["config-files", "not-installed"].includes(state))
    .map(([, ...rest]) => rest.join(" "));
}

function lineOf({ name, version, architecture, source, supplier }: Sbom["packages"][number]): string {
  return [name, version, architecture, source?.name, source?.version, supplier].join(" ");
}

/** Parts of relations that an installed package has the name of, or provides it, and that the bill has no package for. */
function unmetDependencies({ packages }: Sbom, database: string): readonly string[] {
  const format = "$" + "{Package}\\t$" + "{Architecture}\\t$" + "{Provides}\\t$" + "{Pre-Depends}, $" + "{Depends}\\n";
  const rows = execFileSync("dpkg-query", [`--admindir=${database}`, "--show", `--showformat=${format}`], {
    encoding: "utf8",
  })
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
  const nameIn = (text: string) => /^[^\s:(]*/.exec(text.trim())?.[0] ?? "";
  const installed = new Map(packages.map((item) => [item.name, item]));
  const providers = new Map<string, Set<string>>();
  for (const [name = "", , provides = ""] of rows.filter(([row = ""]) => installed.has(row))) {
    for (const virtual of [name, ...provides.split(",").map(nameIn)].filter((one) => one !== "")) {
      providers.set(virtual, (providers.get(virtual) ?? new Set()).add(name));
    }
  }
  const names = new Map(packages.map(({ purl, name }) => [purl, name]));
  return rows.flatMap(([name = "", , , depends = ""]) => {
    const item = installed.get(name);
    if (item === undefined) return [];
    const found = new Set(item.dependsOn.map((purl) => names.get(purl)));
    return depends.split(",").filter((part) => {
      const able = part.split("|").flatMap((one) => [...(providers.get(nameIn(one)) ?? [])]);
      return able.length > 0 && !able.includes(name) && !able.some((one) => found.has(one));
    });
  });
}
