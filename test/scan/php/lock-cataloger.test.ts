import { describe, expect, it } from "vitest";
import { phpLockCataloger } from "../../../src/scan/php/lock-cataloger.ts";
import { catalogFiles } from "../harness.ts";

const lock = JSON.stringify({
  packages: [{ name: "monolog/monolog", version: "2.9.1", require: { "psr/log": "^1" }, license: ["MIT"] }],
  "packages-dev": [{ name: "psr/log", version: "1.1.4" }],
});

describe("phpLockCataloger", () => {
  it("lists what composer.lock names as not installed, and leaves out what is", () => {
    const { packages } = catalogFiles(phpLockCataloger, { "app/composer.lock": lock });
    expect(packages).toMatchObject([
      {
        purl: "pkg:composer/monolog/monolog@2.9.1",
        licenses: ["MIT"],
        locations: ["app/composer.lock"],
        comments: ["from a lock file, not installed"],
        dependsOn: ["pkg:composer/psr/log@1.1.4"],
      },
      {
        purl: "pkg:composer/psr/log@1.1.4",
        comments: ["from a lock file, not installed", "for development only (require-dev)"],
      },
    ]);
    const [first] = packages;
    const found = first === undefined ? [] : [first];
    expect(catalogFiles(phpLockCataloger, { "app/composer.lock": lock }, { found }).packages.length).toBe(1);
  });

  it("warns of a file that is no such lock", () => {
    const { warnings } = catalogFiles(phpLockCataloger, {
      "a/composer.lock": "{}",
      "b/composer.lock": '{"packages":[],"packages-dev":1}',
    });
    expect(warnings.map(({ reason }) => reason)).toEqual(["it has no list of packages", "it has no list of packages"]);
  });
});
