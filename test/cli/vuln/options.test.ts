import { describe, expect, it } from "vitest";
import type { Options } from "../../../src/cli/command.ts";
import { compareCommand } from "../../../src/cli/compare/compare.ts";
import { cvesCommand } from "../../../src/cli/vuln/cves.ts";
import {
  filterOf,
  filterOptions,
  identifierOf,
  matchingOf,
  matchOptions,
  refuseServiceOptions,
  serviceOptions,
  vexOptions,
} from "../../../src/cli/vuln/options.ts";
import { quickviewCommand } from "../../../src/cli/vuln/quickview.ts";
import { recommendationsCommand } from "../../../src/cli/vuln/recommendations.ts";
import { everything, type FindingFilter, filterFlags } from "../../../src/vuln/filter.ts";
import { policyNames } from "../../../src/vuln/policy.ts";
import { refusal } from "../../support/refusal.ts";

/** Options as they are typed: texts, lists of texts and flags. */
function typed(values: Readonly<Record<string, string | readonly string[] | true>>): Options {
  return {
    text: (name) => (typeof values[name] === "string" ? values[name] : null),
    texts: (name) => {
      const value = values[name];
      return value === undefined || value === true ? [] : typeof value === "string" ? [value] : value;
    },
    flag: (name) => values[name] === true,
  };
}

describe("a filter", () => {
  it("that nobody asked for lets everything pass", () => {
    expect(filterOf(typed({}))).toEqual(everything);
  });

  it.each<readonly [Parameters<typeof typed>[0], Partial<FindingFilter>]>([
    [
      { onlySeverity: ["critical,HIGH", "moderate unknown"] },
      { severities: ["critical", "high", "medium", "unspecified"] },
    ],
    [{ onlyCveId: ["cve-2026-1,CVE-2026-1", "ghsa-ABCD-efgh-1234"] }, { ids: ["CVE-2026-1", "GHSA-abcd-efgh-1234"] }],
    [{ onlyPackage: ["^lib", "x"] }, { packages: [/^lib/, /x/] }],
    [{ onlyPackageType: ["deb,NPM"] }, { types: ["deb", "npm"] }],
    [{ onlyFixed: true }, { fixes: "fixed" }],
    [{ onlyUnfixed: true }, { fixes: "unfixed" }],
    [{ onlyBase: true }, { base: "only" }],
    [{ ignoreBase: true }, { base: "ignore" }],
    [{ onlyCisaKev: true }, { exploited: true }],
    [{ onlyMetric: ["AV:N,PR:N", "U:Amber"] }, { metrics: ["AV:N", "PR:N", "U:Amber"] }],
    [{ epssScore: "0.5" }, { epssScore: 0.5 }],
    [{ epssScore: "0" }, { epssScore: 0 }],
    [{ epssPercentile: "1" }, { epssPercentile: 1 }],
    [{ onlyVexAffected: true }, { vexAffected: true }],
    [{ ignoreSuppressed: true }, { ignoreSuppressed: true }],
  ])("%j is %j", (values, filter) => {
    expect(filterOf(typed(values))).toEqual({ ...everything, ...filter });
  });

  it.each<readonly [Parameters<typeof typed>[0], string]>([
    [{ onlySeverity: ["critical,hihg"] }, "--only-severity does not know hihg"],
    [{ onlySeverity: [""] }, "--only-severity names nothing"],
    [{ onlySeverity: ["high", ","] }, "--only-severity names nothing"],
    [{ onlyCveId: [" "] }, "--only-cve-id names nothing"],
    [{ onlyPackage: ["("] }, "--only-package: "],
    [{ onlyPackage: [""] }, "--only-package names nothing"],
    [{ onlyPackageType: [""] }, "--only-package-type names nothing"],
    [{ onlyMetric: ["AVN"] }, "--only-metric AVN is no CVSS metric"],
    [{ epssScore: "x" }, "--epss-score x is not a number from 0 to 1"],
    [{ epssScore: "" }, "--epss-score  is not a number"],
    [{ epssScore: "1.1" }, "--epss-score 1.1"],
    [{ epssScore: "-0.1" }, "--epss-score -0.1"],
    [{ epssScore: "NaN" }, "--epss-score NaN"],
    [{ epssPercentile: "97" }, "--epss-percentile 97"],
    [{ onlyFixed: true, onlyUnfixed: true }, "--only-fixed and --only-unfixed leave nothing"],
    [{ onlyBase: true, ignoreBase: true }, "--only-base and --ignore-base leave nothing"],
  ])("%j is refused with what to do", (values, message) => {
    expect(() => filterOf(typed(values))).toThrow(refusal("CLI_USAGE", message));
  });

  it("is called in reports what it is called on the command line", () => {
    const flags = filterOptions.map(({ form }) => form.split(" ")[0] ?? "");
    const narrowest: readonly FindingFilter[] = [
      {
        ...{ severities: ["high"], ids: ["CVE-1"], packages: [/x/], types: ["deb"], fixes: "fixed", base: "only" },
        ...{ exploited: true, metrics: ["AV:N"], epssScore: 0, epssPercentile: 0, vexAffected: true },
        ignoreSuppressed: true,
      },
      { ...everything, fixes: "unfixed", base: "ignore" },
    ];
    const named = new Set(narrowest.flatMap(filterFlags).map((flag) => flag.split(" ")[0] ?? ""));
    expect([...named].sort()).toEqual(flags.toSorted());
  });
});

describe("how vulnerabilities are matched", () => {
  it("is by all records, the archive where it is needed, and nobody's VEX, unless said otherwise", () => {
    const vex = { locations: [], authors: [], keys: [] };
    expect(matchingOf(typed({}))).toEqual({ policy: "all", archive: "auto", maxAge: null, vex });
    expect(matchingOf(typed({ archive: "never", debianPolicy: "trivy" }))).toEqual({
      policy: "trivy",
      archive: "never",
      maxAge: null,
      vex,
    });
    expect(matchingOf(typed({ archive: "always" })).archive).toBe("always");
  });

  it("offers every policy", () => {
    const policy = matchOptions.find(({ form }) => form.startsWith("--debian-policy"));
    expect(policy?.choices?.toSorted()).toEqual(policyNames.toSorted());
    expect(policyNames.map((debianPolicy) => matchingOf(typed({ debianPolicy })).policy)).toEqual(policyNames);
  });

  it("heeds VEX as it is told to", () => {
    const values = { vexLocation: ["a", "b"], vexAuthor: ["^Ann", "@acme\\.example>$"], vexKey: ["k.pub"] };
    expect(matchingOf(typed(values)).vex).toEqual({
      ...{ locations: ["a", "b"], authors: [/^Ann/, /@acme\.example>$/], keys: ["k.pub"] },
    });
  });

  it.each([
    ["[", "--vex-author: "],
    ["", "--vex-author names nothing"],
  ])("takes no author %j, which would be a mistake or everybody", (text, message) => {
    expect(() => matchingOf(typed({ vexAuthor: [text] }))).toThrow(refusal("CLI_USAGE", message));
  });
});

describe("an option that needs a service", () => {
  it.each<readonly [Parameters<typeof typed>[0], string]>([
    [{ env: "production" }, "--env is not available"],
    [{ onlyStage: ["build"] }, "--only-stage is not available"],
    [{ multiStage: true }, "--multi-stage is not available"],
  ])("%j is refused with what to do instead", (values, message) => {
    expect(() => refuseServiceOptions(typed(values))).toThrow(refusal("CLI_USAGE", message));
  });

  it("is all that is not available", () => {
    expect(() => refuseServiceOptions(typed({}))).not.toThrow();
    expect(serviceOptions.map(({ form }) => form.split(" ")[0])).toEqual(["--env", "--only-stage", "--multi-stage"]);
  });
});

describe("the id of a vulnerability", () => {
  it.each([
    ["cve-2026-0001", "CVE-2026-0001"],
    [" CVE-2026-0001\n", "CVE-2026-0001"],
    ["GHSA-AAAA-bbbb-CCCC", "GHSA-aaaa-bbbb-cccc"],
    ["ghsa-aaaa-bbbb-cccc", "GHSA-aaaa-bbbb-cccc"],
    ["go-2026-0001", "GO-2026-0001"],
    ["temp-0841856-b18baf", "TEMP-0841856-B18BAF"],
  ])("%j is %s", (text, id) => {
    expect(identifierOf(text)).toBe(id);
  });
});

describe("the commands on vulnerabilities", () => {
  const commands = [cvesCommand, quickviewCommand, recommendationsCommand, compareCommand];
  const flagsOf = ({ options }: (typeof commands)[number]) =>
    options.map(({ form }) => /--[a-z-]+/.exec(form)?.[0] ?? form);

  it.each(commands.map((command) => [command.name, command] as const))("%s has each option once", (_, command) => {
    const flags = flagsOf(command);
    expect(flags.filter((flag, at) => flags.indexOf(flag) !== at)).toEqual([]);
  });

  it.each(commands.map((command) => [command.name, command] as const))(
    "%s takes policies, archive and VEX",
    (_, command) => {
      const shared = [...matchOptions, ...vexOptions].map(({ form }) => form);
      expect(shared.filter((form) => !command.options.some((option) => option.form === form))).toEqual([]);
    },
  );

  it.each([
    [
      "cves",
      cvesCommand,
      "--details --env --epss --epss-percentile --epss-score --exit-code --format --ignore-base --ignore-suppressed " +
        "--locations --multi-stage --only-base --only-cisa-kev --only-cve-id --only-fixed --only-metric --only-package " +
        "--only-package-type --only-severity --only-stage --only-unfixed --only-vex-affected --only-vuln-packages " +
        "--output --platform --ref --vex-author --vex-location",
    ],
    ["quickview", quickviewCommand, "--output --platform --ref --vex-author --vex-location"],
    ["recommendations", recommendationsCommand, "--only-refresh --only-update --output --platform --tag"],
  ])("%s has the options of docker scout", (_, command, flags) => {
    expect(flags.split(" ").filter((flag) => !flagsOf(command).includes(flag))).toEqual([]);
  });
});
