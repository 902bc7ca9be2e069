import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareGoVersions } from "../../../src/vuln/version/golang.ts";
import { has, run } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { expectAgreement, expectAscending, expectEqual, expectTotalOrder, generatePairs } from "./orders.ts";

/** The package golang.org/x/mod/semver that Go's own commands are built with. */
const semver = has("go")
  ? `${run("go", ["env", "GOROOT"]).trim()}/src/cmd/vendor/golang.org/x/mod/semver/semver.go`
  : "";

const modules = [
  ...[
    "v1.2.3",
    "v1.2.3+incompatible",
    "v2.0.0+incompatible",
    "v0.0.0-20191109021931-daa7c04131f5",
    "v1.9.0",
    "v1.10.0",
  ],
  ...[
    "v0.0.0-20230101000000-abcdef123456",
    "v1.2.4-0.20191109021931-daa7c04131f5",
    "v1.2.4",
    "v1.2.4-rc.1",
    "v1.2.4-rc.10",
  ],
  ...["v1.2.4-rc.1.0.20200101000000-0123456789ab", "v0.35.0", "v24.0.7+incompatible", "v1.0.0-alpha", "v1.0.0-beta.2"],
];
const toolchains = [
  "go1.20",
  "go1.20rc3",
  "go1.20.14",
  "go1.21rc2",
  "go1.21.0",
  "go1.21.13",
  "go1.22rc1",
  "go1.22.0",
  "go1.9.7",
];

const program = `package main

import ("bufio"; "fmt"; "os"; "strings"; "judge/semver")

var compareToolchains func(a, b string) int

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), " ")
		if strings.HasPrefix(a, "v") { fmt.Println(semver.Compare(a, b)) } else if compareToolchains != nil { fmt.Println(compareToolchains(a, b)) } else { fmt.Println("?") }
	}
}
`;
const toolchainProgram = `//go:build go1.22

package main

import "go/version"

func init() { compareToolchains = version.Compare }
`;

/** What Go says of each pair, of modules or of Go itself: an order, or `?` where this Go knows none. */
async function askGo(pairs: readonly (readonly [string, string])[]): Promise<readonly string[]> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "semver"));
  await copyFile(semver, join(folder, "semver", "semver.go"));
  await writeFile(join(folder, "go.mod"), "module judge\n");
  await writeFile(join(folder, "main.go"), program);
  await writeFile(join(folder, "toolchain.go"), toolchainProgram);
  return execFileSync("go", ["run", "."], {
    ...{ cwd: folder, encoding: "utf8", input: pairs.map((pair) => `${pair.join(" ")}\n`).join("") },
    env: { ...process.env, GOFLAGS: "-mod=mod", GOPROXY: "off", GOTOOLCHAIN: "local", GOWORK: "off" },
  })
    .trim()
    .split("\n");
}

describe("the order of Go's versions", () => {
  it.each([
    [
      [
        "v0.0.0-20191109021931-daa7c04131f5",
        "v0.0.0-20230101000000-0bcdef123456",
        "v0.0.0",
        "v0.35.0",
        "v1.0.0-alpha",
        "v1.0.0",
      ],
    ],
    [["v1.2.3", "v1.2.4-0.20191109021931-daa7c04131f5", "v1.2.4-rc.1", "v1.2.4-rc.10", "v1.2.4", "v1.10.0"]],
    [
      [
        "go1.9.7",
        "go1.20beta1",
        "go1.20rc1",
        "go1.20rc10",
        "go1.20",
        "go1.20.14",
        "go1.21rc2",
        "go1.21.0",
        "go1.22alpha1",
      ],
    ],
    // As the Go vulnerability database has it: 1.21.0-0 is older than all prereleases of 1.21.0.
    [["1.20.7", "1.21.0-0", "go1.21rc1", "1.21rc2", "1.21.0-rc.3", "go1.21.0", "1.21.1"]],
    [["(devel)", "v0.0.1"]],
  ])("has %j from older to newer", (versions) => {
    expectAscending(compareGoVersions, versions);
  });

  it.each([
    [["v1.2.3", "1.2.3", "v1.2.3+incompatible"]],
    [["go1.22.3", "1.22.3", "go1.22.3-vendor", "go1.22.3 X:boringcrypto", "go1.22.3+auto"]],
    [["go1.22rc1", "1.22rc1", "1.22.0-rc.1", "go1.22rc1-vendor"]],
    [["go1.20", "1.20", "1.20.0"]],
  ])("takes %j as equal", (versions) => {
    expectEqual(compareGoVersions, versions);
  });

  it("is total", () => {
    expectTotalOrder(compareGoVersions, [
      "0",
      "1",
      "1.2",
      "go",
      "go1",
      "rc",
      "rc1",
      "beta",
      "-",
      ".",
      "v",
      "+",
      " ",
      "1.2.3",
      "g",
    ]);
  });

  it.skipIf(!existsSync(semver))(
    "is what Go says of 20000 pairs of modules and of itself (needs go)",
    { timeout: 180_000 },
    async () => {
      const ofModules = generatePairs({
        ...{ count: 19_000, seed: 17, real: modules },
        first: ["v0.0.0", "v1.2.3", "v1.10", "v2", "v1.2.0"],
        more: [
          "-rc",
          "-0",
          ".1",
          ".0",
          "-alpha",
          ".beta",
          "+incompatible",
          "-20200101000000-0123456789ab",
          "1",
          "a",
          "-",
          ".10",
        ],
        isValid: (version) =>
          /^v(0|[1-9]\d*)(\.(0|[1-9]\d*)(\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+)?)?)?$/.test(
            version,
          ),
      });
      const ofGo = generatePairs({
        ...{ count: 1000, seed: 18, real: toolchains },
        first: ["go1.9", "go1.18", "go1.20", "go1.21.0", "go1.22.1", "go1.23rc1"],
        more: ["rc1", "beta2", ".1", ".10", "rc10", "0", "-vendor"],
        // Since 1.21, go1.21 is a language, older than each of its releases; before, it is one.
        isValid: (version) =>
          /^go1\.(\d|1\d|20|2[1-9](?=\.|rc|beta))(\.(0|[1-9]\d*)|(rc|beta)[1-9]\d*)?(-vendor)?$/.test(version),
      });
      const pairs = [...ofModules, ...ofGo];
      const answers = await askGo(pairs);
      const known = pairs.flatMap((pair, index) =>
        answers[index] === "?" ? [] : [{ pair, answer: answers[index] ?? "" }],
      );
      expect(known.length).toBeGreaterThanOrEqual(ofModules.length);
      expectAgreement(
        compareGoVersions,
        known.map(({ pair }) => pair),
        known.map(({ answer }) => answer),
      );
    },
  );
});
