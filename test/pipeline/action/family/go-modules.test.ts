import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { has, run } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { runAction } from "../run.ts";
import { writeModuleProxy } from "./module-proxy.ts";

const module = (path: string, version: string) => ({
  path,
  version,
  files: { "m.go": `package m\n\nconst Version = "${version}"\n` },
});

describe.skipIf(!has("go"))("go/bump and go/hermetic (need go)", { timeout: 120_000 }, () => {
  async function source() {
    const folder = await temporaryFolder();
    const proxy = writeModuleProxy(join(folder, "proxy"), [
      ...["v1.0.0-rc1", "v1.0.0", "v1.2.0", "v1.10.0"].map((version) => module("example.org/m", version)),
      module("example.org/n", "v1.0.0"),
    ]);
    mkdirSync(join(folder, "src"));
    const read = (name: string) => readFileSync(join(folder, "src", name), "utf8");
    writeFileSync(
      join(folder, "src", "main.go"),
      'package main\n\nimport "example.org/m"\n\nfunc main() { println(m.Version) }\n',
    );
    writeFileSync(join(folder, "src", "go.mod"), "module example.org/app\n\ngo 1.24\n\nrequire example.org/m v1.2.0\n");
    const environment = {
      ...{ GOPROXY: proxy, GONOSUMDB: "*", GOFLAGS: "", GOMODCACHE: join(folder, "modules") },
      GOCACHE: join(folder, "cache"),
    };
    onTestFinished(() => void run("sh", ["-c", `chmod -R u+w '${folder}'`]));
    const bump = (uses: string, inputs = {}, changed = {}) =>
      runAction(folder, uses, { inputs, environment: { ...environment, ...changed } });
    return { folder, read, bump };
  }

  it.each([
    ["go/bump@v1", "v1.10.0", "v1.10.0"],
    ["go/bump@v1", "v1.0.0", "v1.0.0"],
    ["go/bump@v2", "v1.10.0", "v1.10.0"],
    ["go/bump@v2", "v1.0.0", "v1.2.0"],
    ["go/bump@v2", "latest", "v1.10.0"],
  ])("%s to %s requires %s", async (uses, wanted, required) => {
    const { read, bump } = await source();
    expect(bump(uses, { deps: [`example.org/m@${wanted}`], tidy: "true" })).toMatchObject({ code: 0 });
    expect(read("go.mod")).toContain(`require example.org/m ${required}\n`);
    expect(read("go.sum")).toContain(`example.org/m ${required} h1:`);
  });

  it("knows that a release is newer than its candidates, and goes down where it is allowed", async () => {
    const { read, bump } = await source();
    expect(bump("go/bump@v2", { deps: "example.org/m@v1.0.0", downgrade: "true" })).toMatchObject({ code: 0 });
    expect(read("go.mod")).toContain("example.org/m v1.0.0\n");
    expect(bump("go/bump@v2", { deps: "example.org/m@v1.0.0-rc1" }).output).toContain("stays at v1.0.0");
    expect(read("go.mod")).toContain("example.org/m v1.0.0\n");
  });

  it("adds what is new, replaces, downloads, and works below `dir`", async () => {
    const { folder, read, bump } = await source();
    run("sh", ["-c", `cd '${folder}/src' && mkdir inner && mv go.mod main.go inner/`]);
    const inputs = {
      ...{ deps: "example.org/n@v1.0.0\nexample.org/m@v1.10.0", replaces: ["example.org/m=example.org/m@v1.0.0"] },
      ...{ download: "true", dir: "inner" },
    };
    expect(bump("go/bump@v1", inputs)).toMatchObject({ code: 0 });
    expect(read("inner/go.mod")).toMatch(
      /example\.org\/n v1\.0\.0[\s\S]*replace example\.org\/m => example\.org\/m v1\.0\.0/,
    );
    expect(existsSync(join(folder, "modules", "example.org", "m@v1.0.0", "m.go"))).toBe(true);
  });

  it("keeps a vendored source in step", async () => {
    const { folder, read, bump } = await source();
    mkdirSync(join(folder, "src", "vendor"));
    writeFileSync(join(folder, "src", "vendor", "modules.txt"), "");
    expect(bump("go/bump@v2", { deps: ["example.org/m@v1.10.0"] })).toMatchObject({ code: 0 });
    expect(read("vendor/example.org/m/m.go")).toContain("v1.10.0");
  });

  it("fails for a version that is nowhere", async () => {
    const { bump } = await source();
    expect(bump("go/bump@v2", { deps: ["example.org/m@v9.9.9"] }).code).toBe(1);
  });

  it("fetches for later steps, which then do without network, and get nothing new", async () => {
    const { folder, bump } = await source();
    expect(bump("go/bump@v1", { deps: [], download: "true", tidy: "true" })).toMatchObject({ code: 0 });
    expect(bump("go/hermetic@v1")).toMatchObject({ code: 0, output: expect.stringContaining("all modules verified") });
    expect(readFileSync(join(folder, "home", ".config", "go", "env"), "utf8")).toContain("GOPROXY=off");
    expect(bump("go/bump@v1", { download: "true", tidy: "true" }, { GOPROXY: "" })).toMatchObject({ code: 0 });
    const ran = bump("go/bump@v2", { deps: ["example.org/m@v1.10.0"] }, { GOPROXY: "" });
    expect(ran).toMatchObject({ code: 1, output: expect.stringContaining("disabled by GOPROXY=off") });
  });
});
