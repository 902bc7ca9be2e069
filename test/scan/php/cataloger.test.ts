import { describe, expect, it } from "vitest";
import { phpCataloger } from "../../../src/scan/php/cataloger.ts";
import { catalogFiles } from "../harness.ts";
import { serialize } from "./serialize.ts";

const installed = JSON.stringify({
  packages: [
    {
      name: "Monolog/Monolog",
      version: "v2.9.1",
      require: { php: ">=7.2", "psr/log": "^1", "psr/absent": "*" },
      license: ["MIT"],
      bin: ["bin/monolog"],
      "install-path": "../monolog/monolog",
    },
    {
      name: "acme/log",
      version: "dev-main",
      replace: { "psr/log": "*" },
      source: { reference: "a".repeat(40) },
      "install-path": "../../../etc",
    },
  ],
  "dev-package-names": ["acme/log"],
});

describe("phpCataloger", () => {
  it("lists what Composer has installed, those for development marked, and what stands in for what is required", () => {
    const { packages, warnings } = catalogFiles(phpCataloger, {
      "app/vendor/composer/installed.json": installed,
      "app/installed.json": "{}",
    });
    expect(warnings).toEqual([]);
    expect(packages).toEqual([
      {
        type: "composer",
        name: "Monolog/Monolog",
        version: "v2.9.1",
        source: null,
        purl: "pkg:composer/monolog/monolog@v2.9.1",
        licenses: ["MIT"],
        locations: ["app/vendor/composer/installed.json"],
        evidence: "app/vendor/composer/installed.json",
        supplier: null,
        architecture: null,
        comments: [],
        dependsOn: ["pkg:composer/acme/log@dev-main"],
      },
      expect.objectContaining({
        purl: "pkg:composer/acme/log@dev-main",
        comments: ["for development only (require-dev)", `commit ${"a".repeat(40)}`],
        dependsOn: [],
      }),
    ]);
  });

  it("owns the packages' folders and programs and what Composer generates, within the project", () => {
    const { owners } = catalogFiles(phpCataloger, {
      "app/vendor/composer/installed.json": installed,
      "app/vendor/composer/autoload_real.php": "1",
      "app/vendor/autoload.php": "1",
      "app/vendor/monolog/monolog/src/Logger.php": "1",
      "app/vendor/bin/monolog": "1",
      "app/vendor/bin/other": "1",
      "app/index.php": "1",
      "etc/passwd": "1",
    });
    const paths = ["composer/autoload_real.php", "autoload.php", "monolog/monolog/src/Logger.php", "bin/monolog"];
    for (const path of paths) expect(owners.owns(`app/vendor/${path}`), path).toBe(true);
    for (const path of ["app/vendor/bin/other", "app/index.php", "etc/passwd"])
      expect(owners.owns(path), path).toBe(false);
    expect(owners.ownerOf("app/vendor/bin/monolog")).toBe("pkg:composer/monolog/monolog@v2.9.1");
  });

  it("lists packages of PEAR registries by their channels, and what they require of the same registry", () => {
    const record = (name: string, channel: string, more = {}) =>
      serialize({ name, channel, version: { release: "1.2.0" }, license: "BSD-2-Clause", ...more });
    const requires = {
      package: { 0: { name: "apcu", channel: "pecl.php.net" }, 1: { name: "PEAR", channel: "pear.php.net" } },
    };
    const { packages, owners } = catalogFiles(phpCataloger, {
      "usr/share/php/.registry/mail.reg": record("Mail", "pear.php.net", {
        dependencies: { required: requires },
        filelist: { "Mail.php": { installed_as: "/usr/share/php/Mail.php" } },
      }),
      "usr/share/php/.registry/.channel.pecl.php.net/apcu.reg": record("APCu", "pecl.php.net"),
      "opt/php/.registry/pear.reg": record("PEAR", "pear.php.net"),
      "usr/share/php/Mail.php": "1",
    });
    expect(packages.map(({ type, name, purl, dependsOn }) => [type, name, purl, dependsOn])).toEqual([
      ["pear", "PEAR", "pkg:pear/pear.php.net/PEAR@1.2.0", []],
      ["pear", "APCu", "pkg:pear/pecl.php.net/APCu@1.2.0", []],
      ["pear", "Mail", "pkg:pear/pear.php.net/Mail@1.2.0", ["pkg:pear/pecl.php.net/APCu@1.2.0"]],
    ]);
    expect(owners.ownerOf("usr/share/php/Mail.php")).toBe("pkg:pear/pear.php.net/Mail@1.2.0");
  });

  it("warns of records it cannot read", () => {
    const { packages, warnings } = catalogFiles(phpCataloger, {
      "app/vendor/composer/installed.json": "[",
      "usr/share/php/.registry/mail.reg": "a:1:{",
    });
    expect(packages).toEqual([]);
    expect(warnings.map(({ path }) => path)).toEqual([
      "app/vendor/composer/installed.json",
      "usr/share/php/.registry/mail.reg",
    ]);
  });
});
