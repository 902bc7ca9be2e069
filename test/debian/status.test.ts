import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseStanzas } from "../../src/debian/stanza.ts";
import { installedPackage, isStatusPath } from "../../src/debian/status.ts";
import { has, run } from "../support/program.ts";

const stanza = (name: string, status: string | null) =>
  `Package: ${name}\n${status === null ? "" : `Status: ${status}\n`}Version: 1-1+b1\nArchitecture: amd64\n\n`;
const packagesIn = (text: string) => [...parseStanzas(text)].flatMap((item) => installedPackage(item, "status") ?? []);
const installed = (text: string) => packagesIn(text).map(({ name }) => name);

describe("installedPackage", () => {
  it.each([
    ["install ok installed", true],
    ["hold ok installed", true],
    ["install ok unpacked", true],
    ["install ok half-configured", true],
    ["install ok triggers-awaited", true],
    ["install reinstreq half-installed", true],
    [null, true],
    ["install ok triggers-pending", true],
    ["Install OK Installed", true],
    ["deinstall ok installed", true],
    ["deinstall ok config-files", false],
    ["purge ok not-installed", false],
    ["unknown ok not-installed", false],
    ["install ok config-files", false],
  ])("counts a package whose status is %j: %s", (status, expected) => {
    expect(installed(stanza("a", status))).toEqual(expected ? ["a"] : []);
  });

  it("gives typed fields and the source", () => {
    const [first] = packagesIn(stanza("a", null));
    expect(first).toMatchObject({
      name: "a",
      version: "1-1+b1",
      architecture: "amd64",
      source: { name: "a", version: "1-1" },
    });
  });

  it("does not ask a package that is not there for its version", () => {
    expect(installed("Package: gone\nStatus: purge ok not-installed\nArchitecture: amd64\n")).toEqual([]);
    expect(() => installed("Package: broken\nStatus: install ok installed\n")).toThrow(
      expect.objectContaining({ code: "DEBIAN_PACKAGE_INVALID" }),
    );
  });

  it.skipIf(!has("dpkg-query") || !existsSync("/var/lib/dpkg/status"))(
    "finds exactly what dpkg-query lists as installed (needs dpkg)",
    () => {
      const format =
        // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query has the same notation
        "${db:Status-Status}\\t${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}\\n";
      const expected = run("dpkg-query", ["-W", "-f", format])
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t"))
        .filter(([state]) => state !== "config-files" && state !== "not-installed")
        .map(([, ...rest]) => rest.join(" "));
      const found = packagesIn(readFileSync("/var/lib/dpkg/status", "utf8"));
      expect(
        found
          .map((own) => [own.name, own.version, own.architecture, own.source.name, own.source.version].join(" "))
          .sort(),
      ).toEqual(expected.sort());
    },
  );
});

describe("isStatusPath", () => {
  it.each([
    ["var/lib/dpkg/status", true],
    ["usr/lib/opkg/status", true],
    ["var/lib/dpkg/status.d/base", true],
    ["var/lib/dpkg/status.d/libstdc++6", true],
    ["var/lib/dpkg/status.d/base.md5sums", false],
    ["var/lib/dpkg/status.d/base.list", false],
    ["var/lib/dpkg/status.d/x/y", false],
    ["var/lib/dpkg/status-old", false],
    ["var/lib/dpkg/available", false],
  ])("of %s is %s", (path, expected) => {
    expect(isStatusPath(path)).toBe(expected);
  });
});
