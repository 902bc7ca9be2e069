import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actionScript } from "../../../../src/pipeline/action/script.ts";
import { has, run } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { contextIn, runAction } from "../run.ts";

const main = `package main

var version = "none"

func main() { println(version) }
`;

/** What Go compiles for one test serves the next; the test of reproducibility has another one besides. */
let cache = "";
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), "hardpan-go-"));
});
afterAll(() => {
  run("chmod", ["-R", "u+w", cache]);
  rmSync(cache, { recursive: true });
});
const shared = () => ({
  GOCACHE: join(cache, "build"),
  GOMODCACHE: join(cache, "modules"),
  GOFLAGS: "",
  GOPROXY: "off",
});

async function program(text = main): Promise<string> {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, "src", "cmd", "app"), { recursive: true });
  writeFileSync(join(folder, "src", "go.mod"), "module example.org/app\n\ngo 1.24\n");
  writeFileSync(join(folder, "src", "cmd", "app", "main.go"), text);
  return folder;
}

/** What a program writes to standard error, where `println` goes. */
function said(file: string): string {
  return run("sh", ["-c", `"${file}" 2>&1`]).trim();
}

describe.skipIf(!has("go"))("go/build@v1 (needs go)", { timeout: 300_000 }, () => {
  it("gives the same bytes from another folder with an empty cache", async () => {
    const builds = await Promise.all([program(), program()]);
    const digests = builds.map((folder, index) => {
      const inputs = { output: join(folder, "out", "app"), packages: "./cmd/app" };
      const environment = { ...shared(), ...(index === 0 ? {} : { GOCACHE: join(folder, "cache") }) };
      expect(runAction(folder, "go/build@v1", { inputs, environment })).toEqual({ code: 0, output: "" });
      return createHash("sha256")
        .update(readFileSync(join(folder, "out", "app")))
        .digest("hex");
    });
    expect(digests[0]).toBe(digests[1]);
    const bytes = readFileSync(join(builds[0] ?? "", "out", "app"), "latin1");
    expect(bytes).not.toContain(builds[0]);
  });

  it("stamps variables with values that have blanks, dates and the environment's variables, and runs none", async () => {
    const folder = await program();
    const flag = `-X 'main.version=a b $(date -u -d @\${SOURCE_DATE_EPOCH} +%FT%TZ) \${WHO} \${SOURCE_DATE_EPOCH}'`;
    const inputs = { output: "app", packages: ["./cmd/app"], ldflags: [flag], tags: ["netgo", "osusergo"] };
    const environment = { ...shared(), WHO: "$(touch ran)" };
    expect(runAction(folder, "go/build@v1", { inputs, environment })).toEqual({ code: 0, output: "" });
    expect(said(join(folder, "src", "app"))).toBe("a b 2026-08-01T10:00:00Z $(touch ran) 1785578400");
    expect(run("go", ["version", "-m", join(folder, "src", "app")])).toContain("-tags=netgo,osusergo");
  });

  it("leaves debugging information in with `strip: false`", async () => {
    const folder = await program();
    for (const strip of ["true", "false"]) {
      const inputs = { output: strip, packages: "./cmd/app", strip };
      expect(runAction(folder, "go/build@v1", { inputs, environment: shared() })).toMatchObject({ code: 0 });
    }
    expect(statSync(join(folder, "src", "false")).size).toBeGreaterThan(statSync(join(folder, "src", "true")).size);
  });

  it("writes several programs below a folder and passes further arguments on", async () => {
    const folder = await program();
    mkdirSync(join(folder, "src", "cmd", "other"));
    writeFileSync(join(folder, "src", "cmd", "other", "main.go"), main);
    const inputs = {
      output: "bin dir/",
      packages: "./cmd/app\n./cmd/other",
      "extra-args": "-ldflags=-X=main.version=late",
    };
    expect(runAction(folder, "go/build@v1", { inputs, environment: shared() })).toEqual({ code: 0, output: "" });
    expect(said(join(folder, "src", "bin dir", "other"))).toBe("late");
  });

  it("fails when the program does not compile, and does not change go.mod", async () => {
    const folder = await program(main.replace("println", "printline"));
    const inputs = { output: "app", packages: "./cmd/app" };
    const ran = runAction(folder, "go/build@v1", { inputs, environment: shared() });
    expect(ran).toMatchObject({ code: 1, output: expect.stringContaining("undefined: printline") });
    writeFileSync(join(folder, "src/cmd/app/main.go"), 'package main\n\nimport _ "example.org/m"\n\nfunc main() {}\n');
    expect(runAction(folder, "go/build@v1", { inputs, environment: shared() }).code).toBe(1);
    expect(readFileSync(join(folder, "src", "go.mod"), "utf8")).toBe("module example.org/app\n\ngo 1.24\n");
  });

  it("builds with Go's cryptographic module for a FIPS image", async () => {
    const folder = await program(
      'package main\n\nimport "crypto/fips140"\n\nfunc main() { println(fips140.Enabled()) }\n',
    );
    const build = (fips: boolean, inputs = {}, environment = {}) =>
      runAction(folder, "go/build@v1", {
        inputs: { output: "app", packages: "./cmd/app", ...inputs },
        environment: { ...shared(), ...environment },
        context: { fips },
      });
    expect(build(true)).toEqual({ code: 0, output: "" });
    expect(said(join(folder, "src", "app"))).toBe("true");
    expect(run("go", ["version", "-m", join(folder, "src", "app")])).toMatch(/GOFIPS140=v1\.0\.0/);
    expect(build(true, { fips: "false" })).toEqual({ code: 0, output: "" });
    expect(said(join(folder, "src", "app"))).toBe("false");
    expect(build(true, {}, { GOFIPS140: "off" })).toMatchObject({
      code: 1,
      output: expect.stringContaining("GOFIPS140"),
    });
  });
});

describe("go/build@v1", () => {
  const build = (inputs: object) => actionScript("go/build@v1", { output: "app", ...inputs }, contextIn("/stage"));

  it("reaches out only to tidy", () => {
    expect(build({}).network).toBe(false);
    expect(build({ tidy: "true" }).network).toBe(true);
  });

  it("lets the inputs win over the step's environment, and the step's environment over what is usual", () => {
    expect(build({}).environment).toMatchObject({ CGO_ENABLED: "0", GOTOOLCHAIN: "local", GOFIPS140: "off" });
    expect(build({}).script).not.toContain("CGO_ENABLED");
    expect(build({ cgo_enabled: "1" }).script).toContain("export CGO_ENABLED=1\n");
    expect(build({ experiments: ["a", "b"], "extra-env": { CC: "clang -x" } }).script).toContain(
      "export GOEXPERIMENT=a,b\nexport CC='clang -x'\n",
    );
  });

  it("strips once", () => {
    expect(build({ ldflags: ["-w -s", "-X a.b=c"] }).script).toContain("-ldflags='-w -s -X a.b=c'");
    expect(build({ ldflags: ["-w"] }).script).toContain("-ldflags='-s -w'");
  });
});
