import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareCommand } from "../../../src/cli/compare/compare.ts";
import { root } from "../../support/cli.ts";

const guide = readFileSync(join(root, "docs", "guides", "comparing.md"), "utf8");
const flags = compareCommand.options.map(({ form }) => /--[a-z-]+/.exec(form)?.[0] ?? form);

describe("hardpan compare", () => {
  it("has each option once", () => {
    expect(flags.filter((flag, at) => flags.indexOf(flag) !== at)).toEqual([]);
  });

  it("has every option of docker scout compare", () => {
    const scout = (
      "--env --exit-on --format --hide-policies --ignore-base --ignore-suppressed --ignore-unchanged --multi-stage " +
      "--only-fixed --only-package-type --only-policy --only-severity --only-stage --only-unfixed --only-vex-affected " +
      "--output --platform --ref --to --to-env --to-latest --to-ref --vex-author --vex-location"
    ).split(" ");
    expect(scout.filter((flag) => !flags.includes(flag))).toEqual([]);
  });

  it("has a guide that says what each option does", () => {
    const usual = ["--catalog", "--offline"];
    const missing = flags.filter((flag) => !usual.includes(flag) && !new RegExp(`\`[^\`]*${flag}\\b`).test(guide));
    expect(missing).toEqual([]);
  });

  it("has a guide that names every format and condition", () => {
    const choices = compareCommand.options.flatMap(({ form, choices: some = [] }) => {
      return form.startsWith("--format") ? some : [];
    });
    expect([...choices, "vulnerability", "package"].filter((word) => !guide.includes(word))).toEqual([]);
  });
});
