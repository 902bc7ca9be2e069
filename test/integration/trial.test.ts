import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardpan, hardpanJson, type Json, olderNode } from "../support/cli.ts";
import { hasSchema, schemaProblems } from "./json-schema.ts";
import { long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const older = olderNode();
const noOlder = older === null ? "no Node from 20 to 24.14 in /usr/bin" : null;
const documents = ["hardened.lock.json", "report.html", "report.json", "report.md"];
const sboms = ["conventional.cdx.json", "conventional.spdx.json", "hardened.cdx.json", "hardened.spdx.json"];

describe.skipIf(missing !== null)(titled("hardpan trial", missing), () => {
  let folder = "";
  const at = (...names: readonly string[]) => join(folder, ...names);

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
  }, long);
  afterAll(async () => await removeFolder(folder));

  /** A service of its own with this Dockerfile. */
  async function service(name: string, dockerfile: string): Promise<string> {
    await mkdir(at("services", name), { recursive: true });
    await writeFile(at("services", name, "Dockerfile"), dockerfile);
    return at("services", name);
  }
  const trial = async (directory: string) => await hardpan(["trial", directory, "--output", at("out")]);

  it(
    "writes report, SBOMs and the hardened Dockerfile of the example service, again too",
    async () => {
      for (const _ of ["cold", "again"]) {
        const { exitCode, stdout } = await trial("examples/node-service");
        expect(exitCode).toBe(0);
        expect(stdout).toMatch(/node:24-bookworm-slim → hardpan\/dhi-node:24-debian13/);
        expect(stdout).toMatch(/\d\d % fewer packages, \d\d % smaller/);
        const files = await readdir(at("out", "node-service"));
        expect(files.toSorted()).toEqual(["Dockerfile.hardened", ...documents, ...sboms].toSorted());
        for (const file of files) expect(stdout).toContain(at("out", "node-service", file));
      }
      const [original, hardened] = [
        await readFile("examples/node-service/Dockerfile", "utf8"),
        await readFile(at("out", "node-service", "Dockerfile.hardened"), "utf8"),
      ];
      expect(hardened).toBe(original.replace("node:24-bookworm-slim", "hardpan/dhi-node:24-debian13"));
    },
    long,
  );

  it(
    "is quick the second time",
    async () => {
      await trial("examples/node-service");
      const started = performance.now();
      await trial("examples/node-service");
      expect((performance.now() - started) / 1000).toBeLessThan(15);
    },
    long,
  );

  it(
    "writes the comparison it prints, as docs/schema describes both",
    async () => {
      const printed = await hardpanJson(["trial", "examples/node-service", "--output", at("json")]);
      expect(schemaProblems("trial", printed)).toEqual([]);
      const written = JSON.parse(await readFile(at("json", "node-service", "report.json"), "utf8"));
      expect(written).toEqual(printed);
      expect(schemaProblems("compare", written.compare)).toEqual([]);
    },
    long,
  );

  it("writes a page that needs nothing else", async () => {
    const page = await readFile(at("out", "node-service", "report.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)=["']?(https?:|\/)/i);
  });

  it("says that a base has no hardened image yet", async () => {
    const { exitCode, stderr, stdout } = await trial(await service("swift", "FROM swift:6.0-slim\n"));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("no hardened image for swift:6.0-slim yet");
    expect(stderr).toContain("(FLOW_NO_HARDENED_IMAGE)");
    expect(await readdir(at("out"))).not.toContain("swift");
  });

  it(
    "names the lines that need a shell in place of a Dockerfile that would not build",
    async () => {
      const lines = [
        "FROM node:24-bookworm-slim",
        "WORKDIR /app",
        "COPY . .",
        "RUN npm ci",
        'CMD ["node", "main.js"]',
        "",
      ];
      const { exitCode, stdout } = await trial(await service("built", lines.join("\n")));
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/line 4: RUN npm ci/);
      expect(await readdir(at("out", "built"))).toEqual([...documents, ...sboms].toSorted());
    },
    long,
  );

  it(
    "takes its Dockerfile.hardened back when the swap is right no more",
    async () => {
      const directory = await service("changed", "FROM node:24-bookworm-slim\n");
      await trial(directory);
      expect(await readdir(at("out", "changed"))).toContain("Dockerfile.hardened");
      await service("changed", "FROM node:24-bookworm-slim\nRUN npm ci\n");
      expect(await trial(directory)).toMatchObject({ exitCode: 0 });
      expect(await readdir(at("out", "changed"))).not.toContain("Dockerfile.hardened");
    },
    long,
  );

  it(
    "shows the last point release, unpatched, in a row of its own only",
    async () => {
      const report = await hardpanJson(["trial", "examples/node-service", "--output", at("unpatched"), "--unpatched"]);
      expect(schemaProblems("trial", report)).toEqual([]);
      expect(report.unpatched.reference).toContain("unpatched");
      expect(report.unpatched.fixable).toBeGreaterThanOrEqual(report.compare.baseline.vulnerabilities.fixable);
      expect(report.compare.baseline.reference).not.toContain("unpatched");
    },
    long,
  );

  it.skipIf(noOlder !== null)(
    titled("works when an older Node starts it", noOlder),
    async () => {
      const options = { node: older ?? "" };
      const version = await hardpan(["--version"], options);
      expect(version).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^hardpan \d+\.\d+\.\d+\n$/) });
      const args = ["trial", "examples/node-service", "--output", at("older")];
      expect(await hardpan(args, options)).toMatchObject({ exitCode: 0 });
      expect(await hardpan(["build", "node:99"], options)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("(CATALOG_NOT_FOUND)"),
      });
    },
    long,
  );
});

describe.skipIf(missing !== null)(titled("JSON", missing), () => {
  beforeAll(warmUp, long);

  it.each<[command: string, args: readonly string[]]>([
    ["build", ["build", "node:24-debian13"]],
    ["sbom", ["sbom", "catalog://node:24-debian13"]],
    ["compare", ["compare", "catalog://node:24-debian13", "--to", "baseline://node:24-bookworm-slim"]],
  ])(
    "of %s begins with its schema",
    async (command, args) => {
      const document: Json = await hardpanJson(args);
      expect(Object.entries(document)[0]).toEqual(["schema", `hardpan/${command}/1`]);
      if (hasSchema(command)) expect(schemaProblems(command, document)).toEqual([]);
    },
    long,
  );

  it("alone is on stdout; progress is on stderr, and nowhere with --quiet", async () => {
    const loud = await hardpan(["build", "node:24-debian13", "--json"]);
    expect(JSON.parse(loud.stdout)).toMatchObject({ schema: "hardpan/build/1" });
    expect(loud.stderr).toMatch(/^building node:24-debian13 for linux\/amd64$/m);
    const quiet = await hardpan(["build", "node:24-debian13", "--json", "--quiet"]);
    expect(quiet).toEqual({ stdout: loud.stdout, stderr: "", exitCode: 0 });
  });
});
