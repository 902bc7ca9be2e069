import { describe, expect, it } from "vitest";
import { compareOptions, refuseOptions } from "../../../src/cli/compare/options.ts";
import { compareRequest, exitConditions, requireBaseline } from "../../../src/cli/compare/request.ts";
import { refusal } from "../../support/refusal.ts";

type Values = Readonly<Record<string, string | readonly string[] | boolean>>;

function optionsOf(values: Values) {
  return {
    text: (name: string) => {
      const value = values[name];
      return typeof value === "string" ? value : null;
    },
    texts: (name: string) => {
      const value = values[name];
      return typeof value === "object" ? value : typeof value === "string" ? [value] : [];
    },
    flag: (name: string) => values[name] === true,
  };
}

const requestOf = (values: Values, references: readonly [string, ...string[]] = ["a:1"]) =>
  compareRequest(references, optionsOf(values));

describe("the request", () => {
  it("is of all there is without options", () => {
    expect(requestOf({ to: "b:1" })).toMatchObject({
      analysed: [{ reference: "a:1", within: null }],
      baseline: { reference: "b:1", within: null },
      platform: null,
      filter: { severities: [], types: [], packages: [], fixes: null, base: null, ignoreUnchanged: false },
      policy: "all",
      archive: "auto",
      maxAge: null,
      vex: { locations: [], authors: [], keys: [] },
    });
  });

  it("has what each option says", () => {
    const values = {
      ...{ to: "oci-dir://b", ref: "1", toRef: "2", platform: "linux/arm64", debianPolicy: "scout", archive: "never" },
      ...{ ignoreBase: true, ignoreUnchanged: true, ignoreSuppressed: true, onlyFixed: true, onlyVexAffected: true },
      ...{ onlySeverity: ["critical,high"], onlyPackage: ["^lib"], onlyPackageType: ["deb", "npm"] },
      ...{ vexLocation: ["a.json", "vex"], vexAuthor: ["^acme"], vexKey: ["key.pem"] },
    };
    expect(requestOf(values, ["oci-dir://a", "oci-dir://c"])).toMatchObject({
      analysed: [
        { reference: "oci-dir://a", within: "1" },
        { reference: "oci-dir://c", within: "1" },
      ],
      baseline: { reference: "oci-dir://b", within: "2" },
      platform: "linux/arm64",
      filter: {
        ...{ base: "ignore", ignoreUnchanged: true, ignoreSuppressed: true, fixes: "fixed", vexAffected: true },
        ...{ severities: ["critical", "high"], packages: [/^lib/], types: ["deb", "npm"] },
      },
      policy: "scout",
      archive: "never",
      maxAge: null,
      vex: { locations: ["a.json", "vex"], authors: [/^acme/], keys: ["key.pem"] },
    });
  });

  it("takes --to-latest for the tag latest of the same repository", () => {
    expect(requestOf({ toLatest: true }, ["registry://ghcr.io/acme/app:2"]).baseline.reference).toBe(
      "registry://ghcr.io/acme/app:latest",
    );
  });

  it("takes an author as a regular expression only", () => {
    expect(() => requestOf({ to: "b", vexAuthor: ["("] })).toThrow(refusal("CLI_USAGE", "--vex-author"));
  });

  it("is of sixteen images at most", () => {
    const others = Array.from({ length: 16 }, (_, index) => `a:${index}`);
    expect(() => requestOf({ to: "b" }, ["a", ...others])).toThrow(refusal("CLI_USAGE", "at most 16"));
  });
});

describe("--exit-on", () => {
  it.each<[Values, readonly string[]]>([
    [{}, []],
    [{ exitOn: ["package,vulnerability"] }, ["vulnerability", "package"]],
    [{ exitOn: ["package", "package"] }, ["package"]],
  ])("of %j is %j", (values, conditions) => {
    expect(exitConditions(optionsOf(values))).toEqual(conditions);
  });

  it.each([
    ["policy", "policies come later"],
    ["vulnerability,policy", "policies come later"],
    ["licence", "does not know licence"],
  ])("%s is refused", (words, message) => {
    expect(() => exitConditions(optionsOf({ exitOn: [words] }))).toThrow(refusal("CLI_USAGE", message));
  });
});

describe("what to compare with", () => {
  it("has to be named, once", () => {
    requireBaseline(optionsOf({ to: "a" }));
    requireBaseline(optionsOf({ toLatest: true }));
    for (const values of [{}, { to: "a", toLatest: true }]) {
      expect(() => requireBaseline(optionsOf(values))).toThrow(refusal("CLI_USAGE"));
    }
  });
});

describe("options of docker scout that there is nothing behind", () => {
  it.each<[string, Values]>([
    ["--env", { env: "production" }],
    ["--to-env", { toEnv: "production" }],
    ["--only-stage", { onlyStage: ["build"] }],
    ["--multi-stage", { multiStage: true }],
    ["--only-policy", { onlyPolicy: "licences" }],
    ["--policy-bundle", { policyBundle: "x" }],
    ["--policy-config", { policyConfig: "x" }],
    ["--policy-dir", { policyDir: "x" }],
    ["--policy-file", { policyFile: "x" }],
  ])("%s is refused, says why and stands in the help", (flag, values) => {
    expect(() => refuseOptions(optionsOf(values))).toThrow(refusal("CLI_USAGE", `${flag} is not available`));
    const option = compareOptions.find(({ form }) => form.split(" ")[0] === flag);
    expect(option?.group).toContain("not available");
  });

  it("leave --hide-policies, which changes nothing", () => {
    refuseOptions(optionsOf({ hidePolicies: true }));
  });
});
